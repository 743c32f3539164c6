/** Shared kinds and reports against the oracle: several partitions, late and repeated events, kills, mail in any order. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DRAWN_SEED } from '../drawn-seed.ts';
import { shippedTrial } from './shipped-trial.ts';

const SEEDS = [2, DRAWN_SEED];

describe('the engine over several partitions', () => {
  for (const seed of SEEDS)
    it(`has the oracle's values, decisions and reports (seed ${seed})`, async () => {
      const trial = await shippedTrial(3, seed);
      const verdict = await trial.run({
        events: 350,
        leads: 13,
        days: 10,
        seed,
        campaigns: 2,
        campaignEvents: 50,
        amends: true,
      });
      assert.deepEqual(verdict.problems, []);
      assert.ok(verdict.decisions > 150, `${verdict.decisions} decisions`);
      assert.ok(verdict.letters > 10, `${verdict.letters} pieces of mail`);
      assert.equal(verdict.reports, 6);
      assert.equal(verdict.documents, 2 * verdict.reports);
    });
});
