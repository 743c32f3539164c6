/** advance: time moves to a point; every timer due until then fires, each at its own due time. */

import { splitEntityKey } from '../core/entity-key.ts';
import type { EntryId } from '../core/entry.ts';
import type { Millis } from '../core/units.ts';
import { type Cause, evaluate, parentsOf } from './evaluate.ts';
import { tend } from './learn-examples.ts';
import { sendPart, sendParts } from './outgoing.ts';
import type { PartitionState } from './partition-state.ts';
import { planIndex, WOKEN } from './plan-index.ts';

/** Fires timers in the order (due, entity key) and sets stream time; a time already passed changes nothing. */
export function advance(state: PartitionState, entry: EntryId, time: Millis): void {
  while (state.timers.peekDue() <= time) {
    const due = state.timers.peekDue();
    const key = state.timers.pop() as string;
    const entity = state.entities.get(key);
    if (entity === undefined || entity.due !== due) continue;
    if (due > state.streamTime) state.streamTime = due;
    fire(state, entry, key, due);
  }
  if (time > state.streamTime) state.streamTime = time;
}

function fire(state: PartitionState, entry: EntryId, key: string, due: Millis): void {
  const { kind, id } = splitEntityKey(key);
  if (!state.plan.kindOf.has(kind)) {
    state.entities.delete(key);
    return;
  }
  const entity = state.entity(kind, id);
  if (entity.kind.role === 'examples') {
    tend(state, entity);
    return;
  }
  if (entity.kind.role === 'part') {
    sendPart(state, entity);
    return;
  }
  const pending = planIndex(state.plan).pending[entity.kind.index] as Uint8Array;
  for (let i = 0; i < entity.kind.nodes.length; i++) {
    const { state: place } = entity.kind.nodes[i] as { state: number };
    if (place >= 0 && (entity.next[place] as number) <= due && pending[i] === 0) pending[i] = WOKEN;
  }
  const cause: Cause = { entry, event: undefined, late: false };
  evaluate(state, entity, cause);
  for (const parent of parentsOf(state, entity)) evaluate(state, parent, cause);
  sendParts(state);
}
