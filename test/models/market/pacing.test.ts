/** Pacing: budgets are met although reports come late and say something else than was planned. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRng } from '../../../src/core/random.ts';
import { normalDraw } from '../../../src/models/market/gamma-draw.ts';
import { learnPace, leftToPlan, newPacing, paceLevel, paceOf } from '../../../src/models/market/pacing.ts';

/** A day planned hour by hour; reports come two hours late, at `level` times the plan and with chance in them. */
function spentOf(level: number, seed: number): number {
  const rng = seededRng(seed);
  const pacing = newPacing();
  const flying: { planned: number; spent: number }[] = [];
  let spent = 0;
  let reported = 0;
  for (let hour = 0; hour < 24; hour += 1) {
    if (flying.length === 2) {
      const { planned, spent: seen } = flying.shift() ?? assert.fail();
      learnPace(pacing, planned, seen);
      reported += seen;
    }
    const inFlight = flying.reduce((sum, { planned }) => sum + planned, 0);
    const planned = leftToPlan(pacing, { budget: 1000, spent: reported, inFlight }) / (24 - hour);
    const now = planned * level * Math.exp(0.1 * normalDraw(rng));
    flying.push({ planned, spent: now });
    spent += now;
  }
  return spent;
}

describe('pacing', () => {
  test('meets the budget at any level of delivery', () => {
    for (const level of [0.6, 0.9, 1, 1.15, 1.5]) {
      const errors = Array.from({ length: 20 }, (_, seed) => spentOf(level, seed) / 1000 - 1);
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      assert.ok(Math.abs(mean) < 0.015, `level ${level}: ${mean}`);
      assert.ok(Math.max(...errors.map(Math.abs)) < 0.04, `level ${level}: ${errors}`);
    }
  });

  test('stops when the budget is reported as spent, and never plans less than nothing', () => {
    const amount = fc.integer({ min: 0, max: 1e6 });
    fc.assert(
      fc.property(
        amount,
        amount,
        amount,
        fc.array(fc.tuple(amount, amount)),
        (budget, spent, inFlight, reports) => {
          const pacing = newPacing();
          for (const [expected, reported] of reports) learnPace(pacing, expected, reported);
          const left = leftToPlan(pacing, { budget, spent, inFlight });
          assert.ok(left >= 0 && Number.isFinite(left));
          if (spent >= budget) assert.equal(left, 0);
          assert.ok(Number.isFinite(paceLevel(pacing)));
          const pace = paceOf(pacing, { budget, spent, inFlight }, 100);
          assert.ok(pace >= 0 && pace <= 10);
        },
      ),
    );
  });

  test('keeps its pace while it is nearly right', () => {
    const spending = { budget: 1010, spent: 0, inFlight: 0 };
    assert.equal(paceOf(newPacing(), spending, 1000), 1);
    assert.equal(paceOf(newPacing(), { ...spending, budget: 1100 }, 1000), 1.1);
  });
});
