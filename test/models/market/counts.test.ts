/** Counts of the market: the negative binomial, the dispersion, the guard, delays and their sample. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRng } from '../../../src/core/random.ts';
import { HOUR } from '../../../src/core/units.ts';
import { matchClick, newClickSample, noteClick, thin } from '../../../src/models/market/click-sample.ts';
import {
  arrivalShares,
  arrivedShare,
  delayWeights,
  learnDelay,
  takeFresh,
} from '../../../src/models/market/delay.ts';
import { dispersionOf, learnDispersion, newDispersion } from '../../../src/models/market/dispersion.ts';
import { gammaDraw } from '../../../src/models/market/gamma-draw.ts';
import { newGuard, watch } from '../../../src/models/market/guard.ts';
import {
  negativeBinomialQuantile,
  negativeBinomialTail,
} from '../../../src/models/market/negative-binomial.ts';
import { poisson } from './traffic.ts';

describe('the negative binomial', () => {
  test('has the quantiles that its probabilities say', () => {
    for (const mean of [0.2, 3, 40, 300]) {
      for (const dispersion of [0, 0.1, 1]) {
        for (const probability of [0.1, 0.5, 0.9]) {
          const count = negativeBinomialQuantile(mean, dispersion, probability);
          const { below, upTo } = negativeBinomialTail(mean, dispersion, count);
          assert.ok(below < probability && upTo >= probability);
        }
      }
    }
  });

  test('goes on without a step where it counts by a Gamma distribution', () => {
    for (const probability of [0.1, 0.9]) {
      const exact = negativeBinomialQuantile(400, 0.05, probability);
      const near = negativeBinomialQuantile(400.5, 0.05, probability);
      assert.ok(Math.abs(near / exact - 1) < 0.02, `${exact} ${near}`);
    }
  });
});

describe('the dispersion', () => {
  test('is found, and nothing is found where there is none', () => {
    const rng = seededRng(2);
    for (const truth of [0, 0.3]) {
      const state = newDispersion();
      for (let hour = 0; hour < 1000; hour += 1) {
        const level = truth > 0 ? gammaDraw(1 / truth, rng) * truth : 1;
        learnDispersion(state, poisson(12 * level, rng), 12);
      }
      assert.ok(Math.abs(dispersionOf(state) - truth) < 0.05 + truth / 4, `${truth}: ${dispersionOf(state)}`);
    }
  });
});

describe('the guard', () => {
  const alarms = (ratio: number, seed: number, hours: number) => {
    const rng = seededRng(seed);
    const guard = newGuard();
    const found: { hour: number; side: string; rate: number }[] = [];
    for (let hour = 0; hour < hours; hour += 1) {
      const change = watch(guard, poisson(4 * ratio, rng), 4, 50, 0);
      if (change) found.push({ hour, side: change.side, rate: change.came / change.exposure });
    }
    return found;
  };

  test('stays silent while all is as expected', () => {
    assert.ok(alarms(1, 1, 20_000).length <= 2);
  });

  test('notices a quarter, a tenth and the triple within some 40 expected applications', () => {
    for (const [ratio, side] of [
      [0.25, 'low'],
      [0.1, 'low'],
      [3, 'high'],
    ] as const) {
      for (let seed = 0; seed < 20; seed += 1) {
        const [first] = alarms(ratio, seed, 30);
        assert.ok(first && first.side === side && first.hour < 20, `${ratio}: ${first?.hour}`);
      }
      const rates = Array.from({ length: 20 }, (_, seed) => alarms(ratio, seed, 30)[0]?.rate ?? 0);
      const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
      // what has raised an alarm is a little further out than the truth
      assert.ok(Math.abs(Math.log(mean / (ratio * 0.08))) < 0.6, `${ratio}: ${mean}`);
    }
  });
});

describe('delays', () => {
  const weightsOf = (delay: (rng: () => number) => number) => {
    const rng = seededRng(9);
    const evidence = [0, 0, 0, 0];
    const fresh = [0, 0, 0, 0];
    for (let i = 0; i < 3000; i += 1) {
      learnDelay(evidence, fresh, delay(rng), 1);
      takeFresh(evidence, fresh);
    }
    return delayWeights(evidence);
  };

  test('of any length are learned', () => {
    for (const mean of [0.3, 2, 10, 24]) {
      const weights = weightsOf((rng) => -mean * Math.log(1 - rng()));
      for (const hours of [mean / 2, mean, 2 * mean])
        assert.ok(Math.abs(arrivedShare(weights, hours) - (1 - Math.exp(-hours / mean))) < 0.1, `${mean}`);
    }
  });

  test('share out all applications over the hours', () => {
    const shares = arrivalShares(delayWeights([5, 1, 1, 9]));
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9);
    assert.ok(shares.every((share) => share >= 0));
  });

  test('are seen in a small sample as they are, long ones too', () => {
    const rng = seededRng(4);
    const sample = newClickSample();
    const waiting: { id: string; at: number }[] = [];
    let [all, long] = [0, 0];
    for (let hour = 0; hour < 4000; hour += 1) {
      for (let i = 0; i < 40; i += 1) {
        const id = `${hour}-${i}`;
        const at = hour + rng();
        noteClick(sample, id, at * HOUR);
        if (i < 8) waiting.push({ id, at: at - 10 * Math.log(1 - rng()) });
      }
      for (const due of waiting.filter(({ at }) => at < hour + 1)) {
        const seen = matchClick(sample, due.id, due.at * HOUR);
        all += seen?.weight ?? 0;
        if (seen && seen.hours > 10) long += seen.weight;
      }
      waiting.splice(0, waiting.length, ...waiting.filter(({ at }) => at >= hour + 1));
      thin(sample, (hour + 1) * HOUR);
      assert.ok(sample.clicks.size <= 64);
    }
    assert.ok(Math.abs(long / all - Math.exp(-1)) < 0.06, `${long / all}`);
  });
});
