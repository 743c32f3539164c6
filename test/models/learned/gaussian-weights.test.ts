/** Weights learned one example at a time, held against the posterior of all examples together. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRng } from '../../../src/core/random.ts';
import { GaussianWeights, sigmoid } from '../../../src/models/learned/gaussian-weights.ts';

const VARIANCES = [4, 1, 1];

function examples(count: number) {
  const draw = seededRng(11);
  return Array.from({ length: count }, () => {
    const x = [1, draw() * 2 - 1, draw() < 0.4 ? 1 : 0];
    return { x, outcome: draw() < sigmoid(-0.5 + 1.5 * (x[1] as number) - (x[2] as number)) };
  });
}

/** The mode of the posterior by gradient steps over all examples, again and again. */
function mode(list: ReturnType<typeof examples>): number[] {
  const w = [0, 0, 0];
  for (let round = 0; round < 3000; round += 1) {
    const gradient = w.map((each, i) => each / (VARIANCES[i] as number));
    for (const { x, outcome } of list) {
      const slope = sigmoid(x.reduce((sum, each, i) => sum + each * (w[i] as number), 0)) - Number(outcome);
      x.forEach((each, i) => {
        gradient[i] = (gradient[i] as number) + slope * each;
      });
    }
    gradient.forEach((each, i) => {
      w[i] = (w[i] as number) - (each * 3) / list.length;
    });
  }
  return w;
}

describe('Gaussian weights', () => {
  test('find in one pass what many passes find', () => {
    const list = examples(600);
    const weights = new GaussianWeights();
    for (const variance of VARIANCES) weights.add(0, variance);
    for (const { x, outcome } of list) weights.learn({ slots: [0, 1, 2], shares: x }, outcome);
    for (const [slot, best] of mode(list).entries()) {
      const { variance } = weights.score({ slots: [slot], shares: [1] });
      const off = Math.abs(weights.mean(slot) - best);
      assert.ok(
        off < 0.5 * Math.sqrt(variance),
        `weight ${slot} is ${off} off, deviation ${Math.sqrt(variance)}`,
      );
    }
  });

  test('know more with each example, and about relatives too', () => {
    const weights = new GaussianWeights();
    for (let slot = 0; slot < 3; slot += 1) weights.add(0, 1);
    weights.relate(0, 1, 0.8);
    for (let n = 0; n < 20; n += 1) weights.learn({ slots: [0], shares: [1] }, true);
    const variance = (slot: number) => weights.score({ slots: [slot], shares: [1] }).variance;
    assert.ok(weights.mean(0) > 1);
    assert.ok(weights.mean(1) > 0.5 * weights.mean(0));
    assert.equal(weights.mean(2), 0);
    assert.ok(variance(0) < variance(1) && variance(1) < variance(2));
  });

  test('stay finite and uncertain when one outcome never ends', () => {
    const weights = new GaussianWeights();
    weights.add(0, 4);
    for (let n = 0; n < 50_000; n += 1) weights.learn({ slots: [0], shares: [1] }, true);
    const { mean, variance } = weights.score({ slots: [0], shares: [1] });
    assert.ok(Number.isFinite(mean) && mean > 5 && mean < 40);
    assert.ok(variance > 0);
  });
});
