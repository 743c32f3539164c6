/** The seeded generator repeats itself, is even, and gives unrelated streams. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRng } from '../../src/core/random.ts';

const take = (seed: number, stream?: number, count = 50) => {
  const rng = seededRng(seed, stream);
  return Array.from({ length: count }, rng);
};

test('the same seed and stream give the same numbers, all in [0, 1)', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.nat(), (seed, stream) => {
      const numbers = take(seed, stream);
      assert.deepEqual(take(seed, stream), numbers);
      assert.ok(numbers.every((number) => number >= 0 && number < 1));
    }),
  );
});

test('another seed, its upper half or another stream give other numbers', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const first = take(seed);
      assert.notDeepEqual(take(seed + 1), first);
      assert.notDeepEqual(take(seed + 0x1_0000_0000), first);
      assert.notDeepEqual(take(seed, 1), first);
    }),
  );
});

test('numbers are spread evenly and neighbouring streams are unrelated', () => {
  const cells = new Array(100).fill(0) as number[];
  const draws = 100_000;
  let together = 0;
  const [left, right] = [seededRng(7, 1), seededRng(7, 2)];
  for (let i = 0; i < draws; i++) {
    const a = left();
    together += (a - 0.5) * (right() - 0.5);
    cells[Math.floor(a * 100)] = (cells[Math.floor(a * 100)] as number) + 1;
  }
  const expected = draws / 100;
  const chiSquare = cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 99 degrees of freedom: below 149 with probability 0.999.
  assert.ok(chiSquare < 149, `chi-square ${chiSquare}`);
  assert.ok(Math.abs((together / draws) * 12) < 0.015, 'no correlation between streams');
});

test('the numbers never change between releases: replays and documented examples rest on them', () => {
  assert.deepEqual(
    take(42, 0, 4).map((number) => Math.floor(number * 1e6)),
    [178409, 193718, 492655, 682694],
  );
});
