/** Pacing: what is reported for each unit planned is learned, and only a sure excess is held against a plan. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seededRng } from '../../../src/core/random.ts';
import { normalDraw } from '../../../src/models/market/gamma-draw.ts';
import { learnPace, newPacing, overspend, paceLevel } from '../../../src/models/market/pacing.ts';

/** After so many reports, each `level` times what was planned with a tenth of chance in it. */
function learned(level: number, reports: number, seed: number) {
  const rng = seededRng(seed);
  const pacing = newPacing();
  for (let report = 0; report < reports; report++)
    learnPace(pacing, 100, 100 * level * Math.exp(0.1 * normalDraw(rng)));
  return pacing;
}

describe('pacing', () => {
  test('learns the level at any level of delivery', () => {
    for (const level of [0.6, 0.9, 1, 1.15, 1.5])
      for (let seed = 0; seed < 20; seed++) {
        const known = paceLevel(learned(level, 200, seed));
        assert.ok(Math.abs(known / level - 1) < 0.04, `level ${level}, seed ${seed}: ${known}`);
      }
  });

  test('an excess counts as far as it is sure: of few reports hardly, of many nearly whole, of less never', () => {
    assert.equal(overspend(newPacing()), 1);
    for (let seed = 0; seed < 20; seed++) {
      assert.equal(overspend(learned(0.8, 200, seed)), 1);
      const [few, many] = [overspend(learned(1.5, 2, seed)), overspend(learned(1.5, 200, seed))];
      assert.ok(few < many && many < 1.55, `seed ${seed}: ${few}, ${many}`);
      assert.ok(many > 1.4, `seed ${seed}: ${many}`);
    }
  });

  test('is a finite number of any reports', () => {
    const amount = fc.integer({ min: 0, max: 1e6 });
    fc.assert(
      fc.property(fc.array(fc.tuple(amount, amount)), (reports) => {
        const pacing = newPacing();
        for (const [expected, reported] of reports) learnPace(pacing, expected, reported);
        assert.ok(Number.isFinite(paceLevel(pacing)) && paceLevel(pacing) >= 0);
        assert.ok(overspend(pacing) >= 1);
      }),
    );
  });
});
