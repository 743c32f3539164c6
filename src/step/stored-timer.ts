/** Stored timers: one that is kept for an entity wakes it, also where its record was written under other rules. */

import type { Millis } from '../core/units.ts';
import type { PartitionState } from './partition-state.ts';

/** An entity that was loaded under other rules has forgotten what it waited for: it wakes as it would have in memory. */
export function takeStoredTimer(state: PartitionState, key: string, due: Millis): void {
  const entity = state.entities.get(key);
  if (!entity?.foreign || due >= entity.due) return;
  entity.due = due;
  state.timers.push(due, key);
}
