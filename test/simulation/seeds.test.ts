/** Whole worlds from seeds: fresh ones each time, and those that once failed; and the same seed is the same run. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DRAWN_SEED } from '../drawn-seed.ts';
import { PAST_FAILURES } from './past-failures.ts';
import { countDeaths, deathOf, runDeath } from './run-death.ts';
import { runSeed } from './run-seed.ts';

/** Of all deaths in the story. */
const DEATHS = 24;
const FRESH = Number(process.env.WEIR_SIM_SEEDS ?? 200);

async function assertWell(seed: number): Promise<void> {
  const { problems, options } = await runSeed(seed);
  const again = `npm run sim -- --seed ${seed} --seeds 1`;
  assert.deepEqual(problems, [], `${again}\n${JSON.stringify(options)}`);
}

describe('a simulated world', () => {
  it('is the same to the letter for the same seed', async () => {
    const first = DRAWN_SEED;
    for (let seed = first; seed < first + 3; seed++) {
      const [one, other] = [await runSeed(seed), await runSeed(seed)];
      assert.equal(one.trace, other.trace, `seed ${seed}`);
      assert.ok(one.steps > 100, `something happens in seed ${seed}`);
    }
  });

  for (const [seed, what] of PAST_FAILURES)
    it(`of seed ${seed} is well by now: ${what}`, () => assertWell(seed));

  it('survives its death at port calls of a short story; all of them are run by --every-call', async (t) => {
    const deaths = await countDeaths();
    assert.ok(deaths > 1_000, `${deaths} deaths`);
    const first = DRAWN_SEED % Math.ceil(deaths / DEATHS);
    t.diagnostic(`${DEATHS} of ${deaths}, from number ${first}`);
    for (let number = first; number < deaths; number += Math.ceil(deaths / DEATHS)) {
      const { death, name, problems } = await runDeath(deathOf(number));
      assert.deepEqual(problems, [], `${death.side} call ${death.call}, ${name}`);
    }
  });

  it(`keeps every promise, whatever the seed: ${FRESH} fresh ones from ${DRAWN_SEED}`, async () => {
    for (let seed = DRAWN_SEED; seed < DRAWN_SEED + FRESH; seed++) await assertWell(seed);
  });
});
