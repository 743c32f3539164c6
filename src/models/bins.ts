/** `bins`: a quantile over bins of equal ratio, of which the parts of several partitions make one exactly. */

import { fromMicros, type Millis } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { summand } from './summand.ts';
import { windowOf } from './window.ts';

/** Relative error of a bin's middle against any number in it. */
const ERROR = 0.01;
const RATIO = (1 + ERROR) / (1 - ERROR);
const LOG_RATIO = Math.log(RATIO);

/** Per bucket of the window: bin → how many numbers. */
type Bins = Map<number, Map<number, number>>;

/**
 * Formula: the middle of the bin that holds the number at rank floor(q (n − 1)) of the covered numbers, within
 * 1 % of it; absent without data. Bin b > 0 holds the micros m with ratio^(b−2) < m ≤ ratio^(b−1), −b their
 * negatives, 0 zero. Reference: Masson, Rim, Lee, "DDSketch" (VLDB 2019).
 * Memory: two numbers per bin in use, at most about 3,500 a bucket. Cost: O(1) per event, O(bins log bins) a value.
 */
export function bins(options: AggregateOptions): Aggregate {
  const window = windowOf(options);
  const q = options.quantile ?? 0.5;
  const aggregate: Aggregate<{ buckets: Bins }> = {
    create: () => ({ buckets: new Map() }),
    add({ buckets }, time, now, value) {
      const bucket = window.bucket(time);
      if (window.refuses(bucket, now)) return false;
      const micros = summand(value);
      if (micros === undefined) return true;
      let counts = buckets.get(bucket);
      if (counts === undefined) {
        // a new bucket is when old ones are worth looking for
        for (const known of buckets.keys()) if (window.refuses(known, now)) buckets.delete(known);
        counts = new Map();
        buckets.set(bucket, counts);
      }
      increase(counts, binOf(micros), 1);
      return true;
    },
    value({ buckets }, now) {
      const counts = new Map<number, number>();
      let total = 0;
      for (const [bucket, own] of buckets)
        if (window.covers(bucket, now))
          for (const [bin, times] of own) {
            increase(counts, bin, times);
            total += times;
          }
      if (total === 0) return undefined;
      let passed = Math.floor(q * (total - 1));
      for (const bin of [...counts.keys()].sort((a, b) => a - b)) {
        passed -= counts.get(bin) as number;
        if (passed < 0) return middleOf(bin);
      }
      return undefined;
    },
    nextChange({ buckets }, now): Millis {
      let next = Number.POSITIVE_INFINITY;
      for (const bucket of buckets.keys())
        if (!window.refuses(bucket, now)) next = Math.min(next, window.change(bucket, now));
      return next;
    },
    merge(states) {
      const buckets: Bins = new Map();
      for (const state of states)
        for (const [bucket, own] of state.buckets) {
          const counts = buckets.get(bucket) ?? new Map<number, number>();
          for (const [bin, times] of own) increase(counts, bin, times);
          buckets.set(bucket, counts);
        }
      return { buckets };
    },
    encode: ({ buckets }) =>
      buckets.size === 0 ? 0 : Array.from(buckets, ([bucket, counts]) => [bucket, ...[...counts].flat()]),
    decode(stored) {
      const buckets: Bins = new Map();
      if (Array.isArray(stored))
        for (const [bucket, ...flat] of stored as [number, ...number[]][]) {
          const counts = new Map<number, number>();
          for (let at = 0; at < flat.length; at += 2) counts.set(flat[at] as number, flat[at + 1] as number);
          buckets.set(bucket, counts);
        }
      return { buckets };
    },
  };
  return aggregate as Aggregate;
}

function increase(counts: Map<number, number>, bin: number, times: number): void {
  counts.set(bin, (counts.get(bin) ?? 0) + times);
}

/** Numbers of less than a micro were rounded to 0 before; the smallest bin, of one micro, is bin 1. */
function binOf(micros: number): number {
  if (micros === 0) return 0;
  const bin = Math.max(0, Math.ceil(Math.log(Math.abs(micros)) / LOG_RATIO - 1e-9)) + 1;
  return micros > 0 ? bin : -bin;
}

function middleOf(bin: number): number {
  if (bin === 0) return 0;
  const middle = fromMicros((2 * RATIO ** (Math.abs(bin) - 1)) / (RATIO + 1));
  return bin > 0 ? middle : -middle;
}
