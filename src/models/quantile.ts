/** `quantile`, and `median` and `p95` through it: the number below which a share of the fed numbers lies. */

import { fromMicros, type Micros, type Millis } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { byBucket, fromBuckets, insertPoint, POINT, readQuantile, reduced, type Sample } from './sample.ts';
import { summand } from './summand.ts';
import type { Weighted } from './weighted.ts';
import { windowOf } from './window.ts';

/** Points that are always kept as they are. */
const EXACT = 512;
/** Further points for each bucket that holds some. */
const PER_BUCKET = 24;

interface Quantile {
  sample: Sample;
  /** Numbers that the window covers at present. */
  covered: number;
  /** Numbers kept, covered or not. */
  kept: number;
  /** With more points than this it must be looked whether there are too many. */
  enough: number;
  /** `covered` holds until then. */
  next: Millis;
}

/**
 * Formula: the quantile of the covered numbers, type 7, rounded to micros; absent without data. Exact while at
 * most 512 points are kept (more with a window), then the newest bucket is digested and those before are
 * thinned: rank error below 0.01.
 * Memory: three numbers per point, at most 512 + 24 per bucket of the window points.
 * Cost per event: a binary search and a shift, 1 to 5 µs with the digests; reading 1 µs with 512 points, and
 * up to 15 µs for the median of a window of thousands.
 */
export function quantile(options: AggregateOptions): Aggregate {
  const window = windowOf(options);
  const q = options.quantile ?? 0.5;

  function refresh(state: Quantile, now: Millis): void {
    if (now < state.next) return;
    const { sample } = state;
    let length = 0;
    state.covered = 0;
    state.kept = 0;
    state.enough = EXACT;
    state.next = Number.POSITIVE_INFINITY;
    for (let at = 0; at < sample.length; at += POINT) {
      const bucket = sample[at + 1] as number;
      if (window.refuses(bucket, now)) continue;
      const weight = Math.abs(sample[at + 2] as number);
      state.kept += weight;
      if (window.covers(bucket, now)) state.covered += weight;
      state.next = Math.min(state.next, window.change(bucket, now));
      if (length !== at) sample.copyWithin(length, at, at + POINT);
      length += POINT;
    }
    if (length !== sample.length) state.sample = sample.slice(0, length);
  }

  const aggregate: Aggregate<Quantile> = {
    create: () => ({ sample: [], covered: 0, kept: 0, enough: EXACT, next: Number.POSITIVE_INFINITY }),
    add(state, time, now, value) {
      refresh(state, now);
      const bucket = window.bucket(time);
      if (window.refuses(bucket, now)) return false;
      const micros = summand(value);
      if (micros === undefined) return true;
      insertPoint(state.sample, micros, bucket);
      state.kept += 1;
      if (window.covers(bucket, now)) state.covered += 1;
      state.next = Math.min(state.next, window.change(bucket, now));
      if (state.sample.length > state.enough * POINT) shrink(state);
      return true;
    },
    value(state, now) {
      refresh(state, now);
      const { sample, covered, kept } = state;
      if (covered === 0) return undefined;
      if (kept === covered && kept * POINT === sample.length) return fromMicros(nth(sample, q * (kept - 1)));
      const newest = window.bucket(now) - window.gap;
      return fromMicros(readQuantile(sample, q, covered, newest - window.size + 1, newest));
    },
    nextChange(state, now) {
      refresh(state, now);
      return state.next;
    },
    encode: (state) => encode(state.sample),
    decode: (stored) => ({
      sample: decode(stored),
      covered: 0,
      kept: 0,
      enough: EXACT,
      next: Number.NEGATIVE_INFINITY,
    }),
  };
  return aggregate as Aggregate;
}

/** Reduces the larger buckets when there are more points than the buckets are allowed together. */
function shrink(state: Quantile): void {
  const buckets = byBucket(state.sample).size;
  state.enough = EXACT + PER_BUCKET * (buckets - 1);
  if (state.sample.length <= state.enough * POINT) return;
  // a power of two: a bucket that was thinned once is not thinned again for each bucket that joins
  state.sample = reduced(state.sample, 2 ** Math.floor(Math.log2(state.enough / buckets / 1.25)));
}

/** The number at a rank between whole ranks, of a sample in which each point is one number. */
function nth(sample: Sample, rank: number): number {
  const below = Math.floor(rank);
  const low = sample[below * POINT] as number;
  if (below === rank) return low;
  const high = sample[(below + 1) * POINT] as number;
  return Math.round(low + (high - low) * (rank - below));
}

/** Per bucket [bucket, point, …]; a point is the difference from the value before, [difference, weight] unless the weight is 1. */
function encode(sample: Sample): unknown[] | 0 {
  if (sample.length === 0) return 0;
  const buckets = new Map<number, { before: Micros; readonly stored: unknown[] }>();
  for (let at = 0; at < sample.length; at += POINT) {
    const [value, bucket, weight] = [sample[at], sample[at + 1], sample[at + 2]] as [number, number, number];
    let points = buckets.get(bucket);
    if (points === undefined) {
      points = { before: 0, stored: [bucket] };
      buckets.set(bucket, points);
    }
    points.stored.push(weight === 1 ? value - points.before : [value - points.before, weight]);
    points.before = value;
  }
  return Array.from(buckets.values(), ({ stored }) => stored);
}

function decode(stored: unknown): Sample {
  if (!Array.isArray(stored)) return [];
  const buckets = new Map<number, Weighted[]>();
  for (const [bucket, ...points] of stored as [number, ...(number | Weighted)[]][]) {
    let before = 0;
    const weighted = points.map((point): Weighted => {
      const [difference, weight] = typeof point === 'number' ? [point, 1] : point;
      before += difference;
      return [before, weight];
    });
    buckets.set(bucket, weighted);
  }
  return fromBuckets(buckets);
}
