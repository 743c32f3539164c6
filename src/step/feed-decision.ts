/** feed-decision: features may count decisions of other rules, which are fed as events of the same entity, in the same step. */

import type { Frame } from '../rules/expression/expression.ts';
import type { Entity } from './entity.ts';
import { feedOne } from './feed.ts';
import { feedPart } from './feed-part.ts';
import { entityFrame } from './node-value.ts';
import type { PartitionState } from './partition-state.ts';
import { CHANGED, partUses } from './plan-index.ts';
import { decisionFields, type Published } from './publication.ts';

/** @param pending the scratch of the entity's kind, in which the features that took it are marked */
export function feedDecision(
  state: PartitionState,
  entity: Entity,
  decision: Published,
  pending: Uint8Array,
): void {
  const type = `decision.${decision.rule}`;
  const feeds = entity.kind.feeds.get(type);
  const parts = partUses(state.plan, type);
  if (!feeds && parts.length === 0) return;
  const now = state.streamTime;
  const fields = decisionFields(entity, decision);
  for (const { kind, direct } of parts) feedPart(state, kind, direct, fields, now);
  if (!feeds) return;
  const frame: Frame = { ...entityFrame(entity, now), input: fields };
  for (const feed of feeds) if (feedOne(entity, feed, frame, now) === true) pending[feed.node] = CHANGED;
}
