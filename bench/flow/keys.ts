/** Where the bench keeps its events in Redis between the runs. */

import { partitionKeys } from '../../src/core/partition.ts';

export const PARTITIONS = 16;

/** The log of a partition as weir reads it, and its place while weir does not run. */
export function logKeys(partition: number): { readonly used: string; readonly kept: string } {
  return {
    used: partitionKeys(partition, PARTITIONS).in,
    kept: partitionKeys(partition, PARTITIONS, 'bench').in,
  };
}

/** All events in the order of their times, one an entry: what enters through the intake. */
export const KEPT_EVENTS = 'bench:events';
/** The same once more: the intake eats what it has routed. */
export const FRESH_EVENTS = 'bench:fresh-events';
/** The first events alone, for the consumers that are too slow for all of them. */
export const SHORT_STREAM = 'bench:short';
