/** Planted bugs: every one can still be planted, and some drawn at random are caught. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { DRAWN_SEED } from '../drawn-seed.ts';
import { Random } from '../oracle/random.ts';
import { MUTANTS } from './mutants/mutants.ts';
import { changed, pathOf } from './mutants/plant.ts';
import { tryMutant } from './mutants/run-mutants.ts';

/** Of those that few seeds catch: a test is no place to wait for the rest. */
const QUICK = [
  'no_dedup',
  'dedup_forgotten',
  'ids_outside_commit',
  'numbers_repeated',
  'own_approval',
  'no_reasons',
];
const SAMPLED = 2;
const SEEDS = 60;

describe('planted bugs', () => {
  it('are at least twenty, each of its own name', () => {
    assert.ok(MUTANTS.length >= 20, `${MUTANTS.length} bugs`);
    assert.equal(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
  });

  for (const { name, changes } of MUTANTS)
    it(`${name} finds the words it changes`, () => {
      for (const change of changes) {
        const text = readFileSync(pathOf(change), 'utf8');
        assert.notEqual(changed(text, change), text);
      }
    });

  it('are caught, of those that few seeds catch two drawn at random', async (t) => {
    const first = DRAWN_SEED;
    const drawn = new Random(first).shuffled(QUICK).slice(0, SAMPLED);
    for (const name of drawn) {
      const mutant = MUTANTS.find((other) => other.name === name);
      assert.ok(mutant, name);
      const { seeds, by } = await tryMutant(mutant, SEEDS, first);
      t.diagnostic(`${name}: after ${seeds} seeds from ${first}, by ${by}`);
      assert.ok(seeds !== undefined, `${name} is not caught by ${SEEDS} seeds from ${first}`);
    }
  });
});
