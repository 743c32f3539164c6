/** What the owner of a shared entity keeps of a feature: states of several partitions that make one. */

import type { Millis } from '../core/units.ts';

/**
 * Laws, beside those of its kind: `merge` of parts answers like one state that learnt all they did; the order
 * and the grouping of the parts do not matter; the parts stay as they are.
 */
export interface Mergeable<State = unknown> {
  create(): State;
  /** A new state. */
  merge(states: readonly State[]): State;
  /** The value at stream time `now`; undefined = absent. */
  value(state: State, now: Millis): unknown;
  /** The first time after `now` at which `value` may change by itself; Infinity: never. */
  nextChange(state: State, now: Millis): Millis;
  encode(state: State): unknown;
  decode(stored: unknown): State;
}
