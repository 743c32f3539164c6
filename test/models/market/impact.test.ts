/** Impact: what other budgets would bring, stated with no more certainty than there is. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRng } from '../../../src/core/random.ts';
import { gammaDraw, normalDraw } from '../../../src/models/market/gamma-draw.ts';
import { impactOf } from '../../../src/models/market/impact.ts';
import { applicationsAt, type ResponseCurve } from '../../../src/models/market/response-curve.ts';

const ones = (count: number) => Array.from({ length: count }, () => 1);
const curveOf = (rate: number, shape: number): ResponseCurve => ({
  click_cost: 0.5,
  scale: 20,
  scale_weekday: ones(7),
  scale_block: [0.4, 0.4, 1, 1, 1, 1, 1, 1],
  rate,
  rate_weekday: ones(7),
  rate_block: [1, 1, 1, 1, 1.5, 1.5, 1, 1],
  shape,
  price_variance: [0.01, 0.005, 0.04],
  dispersion: 0,
  delay: [0, 1, 0, 0],
});
const hours = Array.from({ length: 24 }, (_, hour) => ({ weekday: 1, hour }));
const cells = [
  { name: 'good', curve: curveOf(0.1, 200) },
  { name: 'bad', curve: curveOf(0.03, 200) },
];

describe('impact', () => {
  test('of the same budgets is nothing', () => {
    const budgets = { good: 400, bad: 300 };
    const { median, p10, p90, confidence } =
      impactOf(cells, hours, budgets, { ...budgets }, 1) ?? assert.fail();
    assert.deepEqual([median, p10, p90, confidence], [0, 0, 0, 0]);
  });

  test('of money that moves to what works is positive, the other way round negative', () => {
    const now = { good: 400, bad: 400 };
    const better = impactOf(cells, hours, now, { good: 500, bad: 300 }, 1) ?? assert.fail();
    assert.ok(better.confidence > 0.99 && better.p10 > 0 && better.p10 < better.median);
    assert.ok(
      better.median < better.p90 && Math.abs(better.proposed / better.now - 1 - better.median) < 0.02,
    );
    const worse = impactOf(cells, hours, now, { good: 300, bad: 500 }, 1) ?? assert.fail();
    assert.ok(worse.confidence < 0.01 && worse.p90 < 0);
  });

  test('is the same for the same seed, and hardly another for another', () => {
    const told = (seed: number) =>
      impactOf(cells, hours, { good: 400, bad: 400 }, { good: 450, bad: 350 }, seed);
    assert.deepEqual(told(3), told(3));
    assert.ok(Math.abs((told(3)?.median ?? 0) - (told(4)?.median ?? 1)) < 0.01);
  });

  test('says what its hours add up to', () => {
    const [good] = cells;
    const { now } = impactOf(cells, hours, { good: 480 }, { good: 500 }, 1) ?? assert.fail();
    const scale = hours.reduce((sum, at) => sum + (at.hour < 6 ? 0.4 : 1), 0);
    const sum = hours.reduce(
      (all, at) =>
        all + applicationsAt(good?.curve as ResponseCurve, (480 * (at.hour < 6 ? 0.4 : 1)) / scale, at),
      0,
    );
    assert.ok(Math.abs(now / sum - 1) < 1e-3);
  });

  test('is not told where there is nothing to compare with', () => {
    assert.equal(impactOf(cells, hours, {}, { good: 10 }, 1), undefined);
    assert.equal(impactOf([], hours, {}, {}, 1), undefined);
  });
});

describe('draws', () => {
  test('have the mean and variance of their distributions', () => {
    const rng = seededRng(5);
    for (const shape of [0.5, 3, 40]) {
      const list = Array.from({ length: 20_000 }, () => gammaDraw(shape, rng));
      const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
      const variance = list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / list.length;
      assert.ok(
        Math.abs(mean / shape - 1) < 0.04 && Math.abs(variance / shape - 1) < 0.08,
        `${shape}: ${mean}`,
      );
    }
    const normal = Array.from({ length: 20_000 }, () => normalDraw(rng));
    assert.ok(Math.abs(normal.reduce((sum, x) => sum + x, 0) / normal.length) < 0.03);
  });
});
