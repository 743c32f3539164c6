/** Chances seen from later: summed up they are as many as came true, where the share of medians above 0 is not. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRng } from '../../../src/core/random.ts';
import { normalDraw } from '../../../src/models/market/gamma-draw.ts';
import { chanceAbove, chanceWithin } from '../../../src/models/market/hindsight.ts';

const EIGHTY = 1.28155;

describe('hindsight', () => {
  it('of a number alone is yes or no', () => {
    const of = (value: number) => ({ value, low: null, high: null, confidence: null });
    assert.deepEqual(
      [3, 0, -1].map((value) => chanceAbove(of(value))),
      [1, 0, 0],
    );
    assert.deepEqual(
      [2, 5, 5.1].map((value) => chanceWithin(2, 5, of(value))),
      [1, 1, 0],
    );
  });

  it('of what was stated itself is what it stands for', () => {
    assert.ok(Math.abs(chanceWithin(2, 12, { value: 7, low: 2, high: 12, confidence: 96 }) - 0.8) < 1e-4);
    assert.equal(chanceAbove({ value: 7, low: 2, high: 12, confidence: 96 }), 0.96);
  });

  it('adds up to what is true, seen by somebody who knows a little more', () => {
    const rng = seededRng(7);
    const sums = { above: 0, trulyAbove: 0, medianAbove: 0, within: 0, trulyWithin: 0 };
    for (let n = 0; n < 40_000; n++) {
      // stated: N(0.5, 1); later one noisy look at the truth is known, of variance 2
      const truth = 0.5 + normalDraw(rng);
      const seen = truth + Math.SQRT2 * normalDraw(rng);
      const [mean, sd] = [(0.5 * 2 + seen) / 3, Math.sqrt(2 / 3)];
      const confidence = 100 * chanceWithin(0, 1e9, interval(mean, sd));
      const later = { ...interval(mean, sd), confidence };
      sums.above += chanceAbove(later);
      sums.within += chanceWithin(0.5 - EIGHTY, 0.5 + EIGHTY, later);
      if (truth > 0) sums.trulyAbove += 1;
      if (mean > 0) sums.medianAbove += 1;
      if (Math.abs(truth - 0.5) <= EIGHTY) sums.trulyWithin += 1;
    }
    assert.ok(Math.abs(sums.above - sums.trulyAbove) < 400, JSON.stringify(sums));
    assert.ok(Math.abs(sums.within - sums.trulyWithin) < 400, JSON.stringify(sums));
    assert.ok(sums.medianAbove - sums.trulyAbove > 3000, 'the median alone calls too much certain');
  });
});

function interval(mean: number, sd: number) {
  return { value: mean, low: mean - EIGHTY * sd, high: mean + EIGHTY * sd, confidence: null };
}
