/** feed-part: one event or decision offered to the shared entity that it names, in what this partition keeps of it. */

import { normalId } from '../core/id.ts';
import type { Millis } from '../core/units.ts';
import type { KindPlan } from '../rules/plan.ts';
import type { Feed } from '../rules/plan-node.ts';
import { feedOne } from './feed.ts';
import { partChanged } from './outgoing.ts';
import type { PartitionState } from './partition-state.ts';
import { idFrom } from './plan-index.ts';

/** How many features it was offered to, and how many took it. */
export interface Reception {
  offered: number;
  taken: number;
}

export function feedPart(
  state: PartitionState,
  kind: KindPlan,
  feeds: readonly Feed[],
  fields: Readonly<Record<string, unknown>>,
  time: Millis,
  reception?: Reception,
): void {
  const id = kind.key.length === 0 ? kind.of : idFrom(kind, fields);
  if (feeds.length === 0 || normalId(id) === undefined) return;
  const part = state.resident(kind.name, id as string);
  if (part === undefined) return;
  const { timezone: zone, currency } = state.plan.settings;
  const frame = { slots: part.slots, input: fields, time, zone, currency };
  for (const feed of feeds) {
    const taken = feedOne(part, feed, frame, state.streamTime);
    if (taken === undefined) continue;
    if (reception) reception.offered += 1;
    if (!taken) continue;
    if (reception) reception.taken += 1;
    partChanged(state, part, feed.node);
  }
}
