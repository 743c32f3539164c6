/** learn: an event feeds the features of the entities it is about, then their rules run. */

import type { EntryId } from '../core/entry.ts';
import type { WeirEvent } from '../core/event.ts';
import type { Frame } from '../rules/expression/expression.ts';
import type { KindPlan } from '../rules/plan.ts';
import type { Feed } from '../rules/plan-node.ts';
import { type Cause, evaluate } from './evaluate.ts';
import { feedOne } from './feed.ts';
import { feedPart, type Reception } from './feed-part.ts';
import { leftOut } from './left-out.ts';
import type { PartitionState } from './partition-state.ts';
import { CHANGED, elementsOf, idFrom, partUses, planIndex, usesOf } from './plan-index.ts';
import { screenEvent } from './screen-event.ts';
import { flagClick } from './take-back.ts';

/**
 * Applies an event at the current stream time: children first, so that a parent sees their new rows.
 * @returns false when it is late and every feature it was offered to refused it
 */
export function learn(state: PartitionState, entry: EntryId, given: WeirEvent): boolean {
  const event = screenEvent(state, given);
  const late = event.time < state.streamTime;
  const cause: Cause = { entry, event, late };
  const reception: Reception = { offered: 0, taken: 0 };
  flagClick(state, cause, event);
  for (const use of usesOf(state.plan, event)) {
    receive(state, use.kind, use.direct, event.data, cause, reception);
    for (const { field, feeds } of use.each)
      for (const element of elementsOf(event, field))
        receive(state, use.kind, feeds, element, cause, reception);
    for (const { field, feeds } of use.each)
      for (const { fields } of leftOut(state, use.kind, event, field))
        receive(state, use.kind, feeds, fields, cause, reception);
  }
  for (const { kind, direct, each } of partUses(state.plan, event.type)) {
    feedPart(state, kind, direct, event.data, event.time, reception);
    for (const { field, feeds } of each)
      for (const element of elementsOf(event, field))
        feedPart(state, kind, feeds, element, event.time, reception);
  }
  return !(late && reception.offered > 0 && reception.taken === 0);
}

function receive(
  state: PartitionState,
  kind: KindPlan,
  feeds: readonly Feed[],
  fields: Readonly<Record<string, unknown>>,
  cause: Cause,
  reception: Reception,
): void {
  const id = idFrom(kind, fields);
  if (id === undefined) return;
  const entity = state.entity(kind.name, id);
  if (feeds.length > 0) {
    const pending = planIndex(state.plan).pending[kind.index] as Uint8Array;
    const { time } = cause.event as WeirEvent;
    const frame: Frame = {
      slots: entity.slots,
      input: fields,
      time,
      zone: entity.zone(),
      currency: entity.currency(),
    };
    for (const feed of feeds) {
      const taken = feedOne(entity, feed, frame, state.streamTime);
      if (taken === undefined) continue;
      reception.offered += 1;
      if (!taken) continue;
      reception.taken += 1;
      pending[feed.node] = CHANGED;
    }
  }
  // the person an event tells of is the one its route names: the entity with that single key
  const { person } = cause.event as WeirEvent;
  if (person && kind.key.length === 1) {
    entity.person = { ...entity.person, ...person };
    entity.recordStale = true;
    state.changed(entity);
  }
  evaluate(state, entity, cause);
}
