/** A day's plan: every cent in the hours that bring most, and what that is worth beside equal hours. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayPlan } from '../../../src/models/market/day-plan.ts';
import type { ResponseCurve } from '../../../src/models/market/response-curve.ts';

const ones = (count: number) => Array.from({ length: count }, () => 1);
const curveOf = (rate_block: readonly number[]): ResponseCurve => ({
  click_cost: 0.5,
  scale: 10,
  scale_weekday: ones(7),
  scale_block: ones(8),
  rate: 0.06,
  rate_weekday: ones(7),
  rate_block,
  shape: 50,
  price_variance: [0.0001, 0, 0.0001],
  dispersion: 0,
  delay: [0, 1, 0, 0],
});

test('equal hours are planned equally, and gain nothing', () => {
  assert.ok(Math.abs(dayPlan(curveOf(ones(8)), 100, 2).gain) < 1e-3);
});

test('hours that bring more get more, to the cent', () => {
  const { hours, gain } = dayPlan(curveOf([0.3, 0.3, 1, 2, 2, 1, 1, 0.4]), 100, 2);
  assert.equal(
    hours.reduce((sum, amount) => sum + Math.round(amount * 100), 0),
    10_000,
  );
  assert.ok((hours[10] as number) > (hours[7] as number) && (hours[7] as number) > (hours[1] as number));
  assert.ok(gain > 0.1, `${gain}`);
});

test('what is gained is as sure as the hours are known', () => {
  const blocks = [0.7, 0.7, 1, 1.3, 1.3, 1, 1, 0.8];
  const little = dayPlan({ ...curveOf(blocks), shape: 5, price_variance: [0.1, 0, 0.2] }, 100, 2);
  const much = dayPlan({ ...curveOf(blocks), shape: 2000 }, 100, 2);
  for (const plan of [little, much]) {
    assert.ok(plan.p10 <= plan.gain + 0.01 && plan.gain - 0.01 <= plan.p90);
    assert.deepEqual(dayPlan({ ...curveOf(blocks), shape: 2000 }, 100, 2), much, 'the same again');
  }
  assert.ok(much.p90 - much.p10 < (little.p90 - little.p10) / 3);
  assert.ok(little.confidence < much.confidence && much.confidence === 1);
  const flat = dayPlan({ ...curveOf(ones(8)), shape: 5 }, 100, 2);
  assert.ok(flat.p10 <= 0 && flat.p90 < 0.001, 'equal hours promise nothing');
});

test('hours that are given gain what they gain, little where the market has changed', () => {
  const afternoons = curveOf([0.3, 0.3, 1, 2, 2, 1, 1, 0.4]);
  const plan = dayPlan(afternoons, 100, 2);
  assert.deepEqual(dayPlan(afternoons, 100, 2, plan.hours), plan);
  const mornings = dayPlan(curveOf([0.3, 1, 2, 0.4, 0.4, 1, 1, 0.3]), 100, 2, plan.hours);
  assert.ok(mornings.gain < 0 && mornings.confidence < 0.5, `${mornings.gain}`);
});
