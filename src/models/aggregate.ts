/** The contract of every aggregate: what keeps one feature of one entity, event by event. */

import type { Millis } from '../core/units.ts';
import type { StepErrors } from './series/step-errors.ts';

/** How a feature was declared; durations are parsed, defaults are filled in. */
export interface AggregateOptions {
  /** Width of the window; absent: everything ever seen. */
  readonly window?: Millis;
  /** Shifts the window into the past. */
  readonly ago?: Millis;
  /** The caller counts time by the entity's own clock (local time as if it were UTC), which may go back a little. */
  readonly local?: boolean;
  /** Width of a bucket, where it is not the usual one of `windowStep`. */
  readonly step?: Millis;
  /** `since`: length of one unit. */
  readonly unit?: Millis;
  /** `since`: the value stops growing here. */
  readonly until?: Millis;
  /** `quantile`: 0..1. */
  readonly quantile?: number;
  /** `count`: count each key once. */
  readonly once?: boolean;
  /** Bound on what is remembered (distinct 256, once 1024, pairs 32 by default). */
  readonly keep?: number;
}

/**
 * One declared aggregate; states are plain JSON-able values that only this aggregate reads.
 *
 * Laws (the contract tests hold every entry of the catalogue to them):
 * - order within lateness does not matter: any order of the same adds gives the same value at the same time
 *   (quantiles above their exact size: within the digest's rank error);
 * - `value` is constant from one `nextChange` to the next when nothing is added;
 * - decode(encode(state)) answers like state, now and after further adds;
 * - where there is `merge`, it obeys the laws of mergeable.ts;
 * - memory is bounded; numbers stay finite; time never goes back between calls of `value`
 *   (with `local` by up to two days: a bucket that left may come back).
 */
export interface Aggregate<State = unknown> {
  create(): State;
  /**
   * Takes one fed event. `now` is stream time (≥ time).
   * @param value the fed value: a finite number for sum, avg, min, max, quantile; any JSON value for last, distinct; ignored by count and since
   * @param key `once` and `pairs`: the value that identifies (content_id …); else undefined
   * @param rank position of the event type in `on:` (a tie of `last` goes to the larger rank); `pairs`: 0 = from, 1 = to; `ratios`: 1 = what is divided by
   * @returns false when no window covers `time` any more: the event was refused
   */
  add(
    state: State,
    time: Millis,
    now: Millis,
    value: unknown,
    key: string | undefined,
    rank: number,
  ): boolean;
  /**
   * Takes back one earlier `add` of the same time and value, as if it had never been; a bucket without any stays as it
   * is. Absent: what was added stays.
   * @returns false when no window covers `time` any more
   */
  takeBack?(state: State, time: Millis, now: Millis, value: unknown): boolean;
  /** The value at stream time `now`; undefined = absent. */
  value(state: State, now: Millis): unknown;
  /** The first time after `now` at which `value` may change by itself; Infinity: never. */
  nextChange(state: State, now: Millis): Millis;
  /** Absent: parts of several partitions do not make one exactly. See Mergeable for its laws. */
  merge?(states: readonly State[]): State;
  /**
   * Loses every fed value or key up to `until` that `names` holds for; numbers made of them stay. Absent: nothing
   * that is fed is kept as it came.
   * @returns whether anything was lost
   */
  forget?(state: State, names: (value: unknown) => boolean, until: Millis): boolean;
  /** What came of what was foretold since it was asked last; for metrics alone. */
  takeErrors?(state: State): StepErrors | undefined;
  /** JSON value for the durable record. */
  encode(state: State): unknown;
  decode(stored: unknown): State;
}

/** Step that times are rounded down to: 1 minute up to 6 h windows, 1 hour up to 14 d, else 1 day (UTC). */
export function windowStep(reach: Millis): Millis {
  if (reach <= 21_600_000) return 60_000;
  if (reach <= 1_209_600_000) return 3_600_000;
  return 86_400_000;
}
