/** What earlier statements say of the next: nothing before enough are known, then what came true, and more is never worth less. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ReliabilityBucket } from '../../../src/core/history/kept-insight.ts';
import { LEAST_REALISED, recalibrated } from '../../../src/models/market/reliability.ts';

const bucket = (from: number, realised: number, above: number): ReliabilityBucket => ({
  ...{ from, to: from + 10, stated: realised, realised, above, intervals: 0, within: 0 },
  confidence: realised === 0 ? null : from + 5,
});

const anyBuckets = fc
  .uniqueArray(fc.constantFrom(50, 60, 70, 80, 90), { minLength: 1 })
  .chain((froms) =>
    fc.tuple(
      ...froms.map((from) =>
        fc
          .nat(500)
          .chain((realised) =>
            fc.nat(realised).map((above) => bucket(from, realised + LEAST_REALISED, above)),
          ),
      ),
    ),
  );

describe('the recalibration of confidences', () => {
  it('waits until enough is known', () => {
    assert.equal(recalibrated(85, [bucket(80, LEAST_REALISED - 1, 10)]), undefined);
    assert.equal(recalibrated(85, []), undefined);
    assert.notEqual(recalibrated(85, [bucket(80, LEAST_REALISED, 10)]), undefined);
  });

  it('keeps what was right, and corrects what was not', () => {
    const right = [bucket(60, 1000, 650), bucket(80, 1000, 850)];
    for (const confidence of [65, 75, 85]) assert.equal(recalibrated(confidence, right), confidence);
    const bold = [bucket(60, 1000, 500), bucket(80, 1000, 600)];
    const [low, high] = [recalibrated(65, bold) as number, recalibrated(85, bold) as number];
    assert.ok(Math.abs(low - 50) < 0.5 && Math.abs(high - 60) < 0.6, `${low} ${high}`);
    assert.ok(Math.abs((recalibrated(75, bold) as number) - 55) < 0.6);
  });

  it('is from 0 to 100, and more is never worth less', () => {
    fc.assert(
      fc.property(
        anyBuckets,
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.nat(40),
        (buckets, one, more) => {
          const [low, high] = [recalibrated(one, buckets), recalibrated(Math.min(100, one + more), buckets)];
          assert.ok((low as number) >= 0 && (high as number) <= 100);
          assert.ok((low as number) <= (high as number) + 1e-9, `${low} ${high}`);
        },
      ),
    );
  });
});
