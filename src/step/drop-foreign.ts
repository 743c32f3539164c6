/** Rules that come and go leave no trace on entities that were only in memory meanwhile. */

import { isResident } from '../rules/plan.ts';
import type { PartitionState } from './partition-state.ts';

/**
 * What was loaded under rules that go again, and was not touched under them, is as its record says: it is loaded anew,
 * with its timers, so that it does not matter who was in memory.
 */
export function dropForeign(state: PartitionState): void {
  for (const [key, { foreign, dirty, kind }] of state.entities) {
    if (!foreign || dirty || isResident(kind)) continue;
    state.entities.delete(key);
    state.horizon = Math.min(state.horizon, state.streamTime);
  }
}
