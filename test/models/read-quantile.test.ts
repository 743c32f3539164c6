/** A quantile read from either end of a sample is the plain formula, to the last micro, ties among them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBuckets, readQuantile } from '../../src/models/sample.ts';

const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 3 })), {
  minLength: 1,
  maxLength: 120,
});

test('whichever end is nearer, and whatever lies outside the window', () =>
  fc.assert(
    fc.property(points, fc.constantFrom(0.05, 0.25, 0.5, 0.6, 0.75, 0.9, 0.95, 0.99), (drawn, q) => {
      const buckets = new Map<number, [number, number][]>();
      for (const [value, bucket] of drawn)
        buckets.set(bucket, [...(buckets.get(bucket) ?? []), [5 * value, 1]]);
      const covered = drawn.flatMap(([value, bucket]) => (bucket >= 1 && bucket <= 2 ? [5 * value] : []));
      fc.pre(covered.length > 0);
      covered.sort((a, b) => a - b);
      const at = q * (covered.length - 1);
      const [low, high] = [covered[Math.floor(at)] as number, covered[Math.ceil(at)] as number];
      const plain = Math.round(low + (high - low) * (at - Math.floor(at)));
      assert.equal(readQuantile(fromBuckets(buckets), q, covered.length, 1, 2), plain);
    }),
    { seed: 7, numRuns: 3_000 },
  ));
