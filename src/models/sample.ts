/** A sorted sample of numbers per bucket: exact while small, digested bucket by bucket when it grows. */

import type { Micros } from '../core/units.ts';
import { digested } from './digest.ts';
import { thinned, type Weighted } from './weighted.ts';

/**
 * Three numbers per point, sorted by (value, bucket), no two points with the same:
 * value (whole micros), bucket, weight (see Weighted).
 */
export type Sample = number[];

/** Numbers per point. */
export const POINT = 3;

/** Points of a digest. */
const DIGEST = 128;
/** Multiples of the golden ratio, modulo 1, are spread evenly however many there are. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Adds one number. Cost: a binary search and a shift. */
export function insertPoint(sample: Sample, value: Micros, bucket: number): void {
  let low = 0;
  let high = sample.length / POINT;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = middle * POINT;
    const here = sample[at] as number;
    if (here < value || (here === value && (sample[at + 1] as number) < bucket)) low = middle + 1;
    else high = middle;
  }
  const at = low * POINT;
  if (sample[at] === value && sample[at + 1] === bucket) {
    const weight = sample[at + 2] as number;
    sample[at + 2] = weight > 0 ? weight + 1 : weight - 1;
  } else {
    sample.splice(at, 0, value, bucket, 1);
  }
}

/** The same sample with at most `most` points per bucket: the newest is digested, those before are thinned. */
export function reduced(sample: Sample, most: number): Sample {
  const buckets = byBucket(sample);
  const newest = Math.max(...buckets.keys());
  for (const [bucket, points] of buckets) {
    const allowed = bucket === newest ? Math.max(most, DIGEST) : most;
    if (points.length <= allowed) continue;
    buckets.set(
      bucket,
      bucket === newest ? digested(points, allowed) : thinned(points, allowed, (bucket * GOLDEN) % 1),
    );
  }
  return fromBuckets(buckets);
}

/** The points of each bucket, sorted by value. */
export function byBucket(sample: Sample): Map<number, Weighted[]> {
  const buckets = new Map<number, Weighted[]>();
  for (let at = 0; at < sample.length; at += POINT) {
    const point: Weighted = [sample[at] as number, sample[at + 2] as number];
    const points = buckets.get(sample[at + 1] as number);
    if (points) points.push(point);
    else buckets.set(sample[at + 1] as number, [point]);
  }
  return buckets;
}

export function fromBuckets(buckets: ReadonlyMap<number, readonly Weighted[]>): Sample {
  const points: [value: Micros, bucket: number, weight: number][] = [];
  for (const [bucket, weighted] of buckets) {
    for (const [value, weight] of weighted) points.push([value, bucket, weight]);
  }
  points.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return points.flat();
}

/**
 * The quantile q of the points in the buckets `oldest` to `newest`, which stand for `total` numbers: linear
 * interpolation between the numbers at floor and ceil of q (total − 1) (type 7 of Hyndman and Fan), as a whole
 * micro; a mean stands at the middle of its ranks. Walks from the nearer end.
 */
export function readQuantile(
  sample: Sample,
  q: number,
  total: number,
  oldest: number,
  newest: number,
): Micros {
  const down = q > 0.5;
  const wanted = q * (total - 1);
  const target = down ? total - 1 - wanted : wanted;
  const stride = down ? -POINT : POINT;
  let rank = 0;
  let before = 0;
  let beforeRank = -1;
  for (let at = down ? sample.length - POINT : 0; at >= 0 && at < sample.length; at += stride) {
    const bucket = sample[at + 1] as number;
    if (bucket < oldest || bucket > newest) continue;
    const value = sample[at] as Micros;
    const weight = sample[at + 2] as number;
    const from = weight > 0 ? rank : rank + (-weight - 1) / 2;
    const to = weight > 0 ? rank + weight - 1 : from;
    if (target <= to) {
      if (target >= from || beforeRank < 0) return value;
      const gap = from - beforeRank;
      // always from the lower value up, so that a tie is rounded the same way whichever end was nearer
      if (!down) return Math.round(before + (value - before) * ((wanted - beforeRank) / gap));
      return Math.round(value + (before - value) * ((wanted - (total - 1 - from)) / gap));
    }
    rank += weight > 0 ? weight : -weight;
    before = value;
    beforeRank = to;
  }
  return before;
}
