/** Every accumulator of the catalogue × every law of its contract. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Accumulator } from '../../src/models/accumulator.ts';
import { accumulators } from '../../src/models/accumulators/catalogue.ts';

const RUNS = { numRuns: 60 };

const scalars = fc.oneof(
  fc.constantFrom('a', 'b', 'é', '', undefined, null, true, Number.NaN, 2e9),
  fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 1e3),
);
const values = fc.oneof(
  scalars,
  fc.array(scalars, { maxLength: 3 }),
  scalars.map((name) => ({ name })),
  fc.record({ class: fc.constantFrom('high', 'low'), value: fc.integer({ min: 0, max: 100 }) }),
);

/** What is given: rows are lists of as many values as there are fields. */
const given: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  rows: fc.array(
    scalars.filter((value) => !Number.isNaN(value)),
    { minLength: 2, maxLength: 2 },
  ),
};

type Gifts = readonly (readonly [id: string, value: unknown])[];

function numbersOf(gifts: Gifts): number[] {
  return gifts
    .map(([, value]) =>
      typeof value === 'object' && value !== null && 'value' in value ? value.value : value,
    )
    .filter((value): value is number => typeof value === 'number' && Math.abs(value) <= 1e9);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + Math.round(number * 1e6), 0) / 1e6;
}

function namesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesOf);
  if (typeof value === 'object' && value !== null) {
    const named = 'name' in value ? value.name : 'class' in value ? value.class : undefined;
    return typeof named === 'string' ? namesOf(named) : [];
  }
  return ['string', 'number', 'boolean'].includes(typeof value) && value !== '' ? [String(value)] : [];
}

/** What each means, worked out anew from who gives what at present. */
const meanings: Readonly<Record<string, (gifts: Gifts) => unknown>> = {
  count: (gifts) => gifts.length,
  sum: (gifts) => total(numbersOf(gifts)),
  avg: (gifts) => {
    const numbers = numbersOf(gifts);
    return numbers.length === 0 ? undefined : total(numbers) / numbers.length;
  },
  tally: (gifts) => {
    const names = gifts.flatMap(([, value]) => namesOf(value));
    const listed = [...new Set(['always', ...names])].sort();
    return Object.fromEntries(listed.map((name) => [name, names.filter((one) => one === name).length]));
  },
  rows: (gifts) =>
    gifts
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, value]) => {
        const [x, y] = value as [unknown, unknown];
        return { ...((x ?? null) !== null && { x }), ...((y ?? null) !== null && { y }) };
      }),
};

function same(actual: unknown, expected: unknown): void {
  if (typeof actual !== 'number' || typeof expected !== 'number') assert.deepEqual(actual, expected);
  else assert.ok(Math.abs(actual - expected) <= 1e-6, `${actual}, not ${expected}`);
}

function copied(accumulator: Accumulator, state: unknown): unknown {
  return accumulator.decode(JSON.parse(JSON.stringify(accumulator.encode(state))));
}

for (const [name, create] of Object.entries(accumulators)) {
  const accumulator = create({ fields: ['x', 'y'], names: ['always'] });
  const meaning = meanings[name] as (typeof meanings)[string];
  const gift = fc.tuple(fc.constantFrom('1', '2', '3', '10', 'z'), given[name] ?? values, fc.nat(2));
  const look = (state: unknown) => accumulator.value(state, 0);

  describe(name, () => {
    it('is what a recount of those who give at present says, in any order, over restarts', () => {
      fc.assert(
        fc.property(fc.array(gift, { maxLength: 30 }), (history) => {
          let state = accumulator.create();
          const standing = new Map<string, { value: unknown; put: unknown }>();
          for (const [id, value, what] of history) {
            const before = standing.get(id);
            if (before) accumulator.take(state, id, before.put);
            standing.delete(id);
            if (what === 0) continue;
            const put = accumulator.put(state, id, value);
            if (put !== undefined) standing.set(id, { value, put: JSON.parse(JSON.stringify(put)) });
            if (what === 1) state = copied(accumulator, state);
            same(look(state), meaning([...standing].map(([giver, { value: of }]) => [giver, of])));
          }
          for (const [id, { put }] of standing) accumulator.take(state, id, put);
          assert.deepEqual(accumulator.encode(state), accumulator.encode(accumulator.create()));
        }),
        RUNS,
      );
    });

    it('is made of parts as if one had gathered everything', () => {
      fc.assert(
        fc.property(fc.array(gift, { maxLength: 30 }), (history) => {
          const parts = [accumulator.create(), accumulator.create(), accumulator.create()] as const;
          const whole = accumulator.create();
          for (const [index, [, value, owner]] of history.entries()) {
            accumulator.put(whole, `g${index}`, value);
            accumulator.put(parts[owner as 0 | 1 | 2], `g${index}`, value);
          }
          const before = JSON.stringify(parts.map((part) => accumulator.encode(part)));
          const [a, b, c] = parts;
          const { merge } = accumulator;
          const merges = [
            merge([a, b, c]),
            merge([c, b, a]),
            merge([merge([c, a]), b]),
            merge([a, merge([b, c])]),
          ];
          for (const merged of merges) same(look(merged), look(whole));
          assert.equal(JSON.stringify(parts.map((part) => accumulator.encode(part))), before);
        }),
        RUNS,
      );
    });

    it('never changes by itself, and nothing is stored of nothing', () => {
      const state = accumulator.create();
      assert.equal(accumulator.nextChange(state, 0), Number.POSITIVE_INFINITY);
      assert.equal(accumulator.encode(state), 0);
      same(look(copied(accumulator, state)), meaning([]));
    });
  });
}

it('a tally counts names beyond the thousandth as others, and takes them back as such', () => {
  const tally = accumulators.tally?.({}) as Accumulator;
  const state = tally.create();
  const puts = Array.from({ length: 1200 }, (_, n) => tally.put(state, `${n}`, `name ${n}`));
  const value = tally.value(state, 0) as Record<string, number>;
  assert.equal(Object.keys(value).length, 1001);
  assert.equal(value['(other)'], 200);
  for (const [n, put] of puts.entries()) tally.take(state, `${n}`, put);
  assert.deepEqual(tally.value(state, 0), {});
});

it('rows beyond the thousandth are kept, not shown: they move up when others go', () => {
  const rows = accumulators.rows?.({ fields: ['x'] }) as Accumulator;
  const state = rows.create();
  for (let n = 0; n < 1100; n++) rows.put(state, String(n).padStart(4, '0'), [n]);
  assert.equal((rows.value(rows.merge([state]), 0) as unknown[]).length, 1000);
  rows.take(state, '0000', undefined);
  assert.deepEqual((rows.value(state, 0) as unknown[]).at(-1), { x: 1000 });
});
