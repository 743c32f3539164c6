/** The contract of accumulators: what keeps one feature of a shared entity from the entities that belong to it. */

import type { Mergeable } from './mergeable.ts';

/** How a feature over entities was declared. */
export interface AccumulatorOptions {
  /** `rows`: names of the fields. */
  readonly fields?: readonly string[];
  /** `tally`: names that are listed with 0 while nothing has them. */
  readonly names?: readonly string[];
}

/**
 * One declared accumulator; what an entity gave is taken back before it gives something else.
 *
 * Laws (the contract tests hold every entry of the catalogue to them): `take` after `put` of the same leaves the
 * state as if nothing had happened; the order of puts and takes does not matter; values do not depend on time.
 */
export interface Accumulator<State = unknown> extends Mergeable<State> {
  /**
   * @param id the entity that gives
   * @param given what it gives, see the entries of the catalogue
   * @returns what has been put in, to be handed to `take` later; undefined when nothing was
   */
  put(state: State, id: string, given: unknown): unknown;
  take(state: State, id: string, put: unknown): void;
}

/** Accumulators do not change by themselves. */
export function never(): number {
  return Number.POSITIVE_INFINITY;
}
