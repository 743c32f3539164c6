/** The allocator: the total to the cent, limits kept or named, nothing to be gained by moving a cent. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { applicationsAt, marginalAt, type ResponseCurve } from '../../../src/models/market/response-curve.ts';
import { LimitsError } from '../../../src/models/market/share-limits.ts';
import { type Cell, type Shared, shareOut, type Task } from '../../../src/models/market/share-out.ts';

const ones = (count: number) => Array.from({ length: count }, () => 1);
const curveOf = (clickCost: number, scale: number, rate: number, more: Partial<ResponseCurve> = {}) => ({
  click_cost: clickCost,
  scale,
  scale_weekday: ones(7),
  scale_block: ones(8),
  rate,
  rate_weekday: ones(7),
  rate_block: ones(8),
  shape: 100,
  price_variance: [0.01, 0, 0.01] as const,
  dispersion: 0,
  delay: [0, 1, 0, 0],
  ...more,
});
const dayFrom = (hour: number) =>
  Array.from({ length: 24 - hour }, (_, i) => ({ weekday: 2, hour: hour + i }));

const factor = fc.double({ min: 0.3, max: 3, noNaN: true });
const curve = fc
  .record({
    clickCost: fc.double({ min: 0.05, max: 5, noNaN: true }),
    scale: fc.double({ min: 0.2, max: 200, noNaN: true }),
    rate: fc.double({ min: 0.0001, max: 0.5, noNaN: true }),
    scale_block: fc.array(factor, { minLength: 8, maxLength: 8 }),
    rate_block: fc.array(factor, { minLength: 8, maxLength: 8 }),
    cap: fc.option(fc.double({ min: 0.01, max: 50, noNaN: true }), { nil: undefined }),
  })
  .map(({ clickCost, scale, rate, cap, ...factors }) =>
    curveOf(clickCost, scale, rate, { ...factors, ...(cap !== undefined && { cap }) }),
  );
const cents = fc.integer({ min: 0, max: 60_000 });
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const cell = fc.record({
  curve: fc.option(curve, { nil: undefined, freq: 6 }),
  least: optional(fc.integer({ min: 0, max: 3_000 })),
  most: optional(cents),
  previous: optional(fc.integer({ min: 0, max: 5_000 })),
  maxChange: optional(fc.double({ min: 0, max: 1, noNaN: true })),
  worth: optional(fc.double({ min: 0, max: 2, noNaN: true })),
  paused: fc.boolean().map((paused) => paused && paused),
  alarm: optional(fc.constantFrom('low' as const, 'high' as const)),
  group: optional(fc.constantFrom('a', 'b')),
});
const task = fc
  .record({
    cells: fc.array(cell, { minLength: 1, maxLength: 12 }),
    from: fc.integer({ min: 0, max: 23 }),
    part: fc.double({ min: 0.01, max: 1, noNaN: true }),
    total: fc.integer({ min: 0, max: 200_000 }),
    groups: fc.constantFrom({}, { a: { most: 30_000 } }, { a: { least: 500 }, b: { most: 20_000 } }),
    targetCpa: optional(fc.double({ min: 0.5, max: 100, noNaN: true })),
    explore: fc.constantFrom(0, 0.5, 1),
    seed: fc.nat(),
  })
  .map(({ cells, from, part, targetCpa, ...rest }): Task => {
    const hours = dayFrom(from).map((hour, i) => (i === 0 ? { ...hour, part } : hour));
    const named = cells.map(
      (each, i) => withoutAbsent({ ...each, name: `c${i % 3}/${i}` }) as unknown as Cell,
    );
    return { ...rest, cells: named, hours, ...(targetCpa !== undefined && { targetCpa }) };
  });

function withoutAbsent(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

function tried(of: Task): Shared | undefined {
  try {
    return shareOut(of);
  } catch (error) {
    assert.ok(error instanceof LimitsError, String(error));
    assert.match(error.message, /limits .*cannot be met/);
    return undefined;
  }
}

const sum = (list: readonly number[]) => list.reduce((all, each) => all + each, 0);

describe('sharing out', () => {
  test('keeps the total to the cent, in whole cents, and every limit on amounts', () => {
    let met = 0;
    fc.assert(
      fc.property(task, (of) => {
        const shared = tried(of);
        if (shared === undefined) return;
        met += 1;
        assert.equal(sum(Object.values(shared.amounts)) + shared.reserve, of.total);
        assert.ok(shared.reserve >= 0);
        for (const each of of.cells) {
          const hours: readonly number[] = shared.hours[each.name] ?? [];
          assert.equal(hours.length, of.hours.length);
          assert.equal(sum(hours), shared.amounts[each.name]);
          for (const amount of hours) assert.ok(Number.isSafeInteger(amount) && amount >= 0, `${amount}`);
          if (of.total === 0) continue;
          const amount = shared.amounts[each.name] as number;
          assert.ok(amount <= (each.most ?? of.total));
          if (!each.paused) assert.ok(amount >= (each.least ?? 0), `${amount} < ${each.least}`);
          else assert.ok(amount <= Math.round(0.01 * of.total));
        }
        for (const [name, { least = 0, most = of.total }] of Object.entries(of.groups ?? {})) {
          const members = of.cells.filter(({ group }) => group === name);
          const amount = sum(members.map((each) => shared.amounts[each.name] as number));
          if (members.length > 0 && of.total > 0) assert.ok(amount >= least && amount <= most);
        }
      }),
      { numRuns: 400 },
    );
    assert.ok(met > 100);
  });

  test('says the same again', () => {
    fc.assert(
      fc.property(task, (of) => assert.deepEqual(tried(of), tried(structuredClone(of)))),
      { numRuns: 50 },
    );
  });

  test('leaves nothing to be gained by moving money', () => {
    fc.assert(
      fc.property(
        fc.array(curve, { minLength: 2, maxLength: 6 }),
        fc.integer({ min: 5_000, max: 200_000 }),
        (curves, total) => {
          const cells = curves.map((each, i) => ({ name: `${i}`, curve: each }));
          const hours = dayFrom(6);
          const shared = shareOut({ cells, hours, total });
          const slots = cells.flatMap(({ name, curve: of }) =>
            hours.map((at, i) => ({ of, at, spend: (shared.hours[name]?.[i] as number) / 100 })),
          );
          const full = (slot: (typeof slots)[number]) => slot.spend + 0.01 >= (slot.of.cap ?? Infinity);
          const most = Math.max(
            ...slots
              .filter((slot) => !full(slot))
              .map(({ of, at, spend }) => marginalAt(of, spend + 0.02, at)),
          );
          const least = Math.min(
            ...slots
              .filter(({ spend }) => spend >= 0.02)
              .map(({ of, at, spend }) => marginalAt({ ...of, cap: Infinity }, spend - 0.02, at)),
          );
          if (shared.reserve === 0) assert.ok(most <= least * 1.0001, `${most} > ${least}`);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('channels that are equal get equal amounts, and exploring costs next to nothing', () => {
    const equal = Array.from({ length: 5 }, (_, i) => ({
      name: `c1/${i}`,
      curve: curveOf(0.5, 20, 0.08, { shape: 40 }),
    }));
    const hours = dayFrom(0);
    assert.deepEqual(
      Object.values(shareOut({ cells: equal, hours, total: 100_000 }).amounts),
      Array(5).fill(20_000),
    );
    const bought = (amounts: Readonly<Record<string, readonly number[]>>) =>
      sum(
        equal.map(({ name, curve: of }) =>
          sum(hours.map((at, i) => applicationsAt(of, (amounts[name]?.[i] as number) / 100, at))),
        ),
      );
    const even = bought(Object.fromEntries(equal.map(({ name }) => [name, hours.map(() => 20_000 / 24)])));
    for (let seed = 0; seed < 20; seed += 1) {
      const explored = shareOut({ cells: equal, hours, total: 100_000, explore: 0.5, seed });
      assert.ok(bought(explored.hours) > 0.99 * even);
    }
  });

  test('spends nothing above the target CPA, and keeps the rest', () => {
    const cells = [
      { name: 'dear', curve: curveOf(2, 20, 0.05) },
      { name: 'cheap', curve: curveOf(0.4, 20, 0.1) },
    ];
    const shared = shareOut({ cells, hours: dayFrom(0), total: 1_000_000, targetCpa: 16 });
    assert.equal(shared.amounts.dear, 0);
    // 4 (1+u)² = 16 where u = 1: 20 an hour
    assert.equal(shared.amounts.cheap, 24 * 2_000);
    assert.equal(shared.reserve, 1_000_000 - 48_000);
  });

  test('worth turns applications into conversions', () => {
    const of = curveOf(0.5, 20, 0.1);
    const { amounts } = shareOut({
      cells: [
        { name: 'a', curve: of, worth: 0.4 },
        { name: 'b', curve: of, worth: 0.1 },
      ],
      hours: dayFrom(0),
      total: 100_000,
    });
    assert.ok((amounts.a as number) > 2 * (amounts.b as number));
  });

  test('a paused channel keeps the probe, all paused leave a reserve', () => {
    const of = curveOf(0.5, 20, 0.1);
    const one = shareOut({
      cells: [
        { name: 'a', curve: of, paused: true },
        { name: 'b', curve: of },
      ],
      hours: dayFrom(0),
      total: 100_000,
      probe: 0.02,
    });
    assert.deepEqual(one.amounts, { a: 2_000, b: 98_000 });
    const all = shareOut({
      cells: [{ name: 'a', curve: of, paused: true }],
      hours: dayFrom(0),
      total: 100_000,
      probe: 0,
    });
    assert.deepEqual([all.amounts, all.reserve], [{ a: 0 }, 100_000]);
  });

  test('what nothing is known of is tried with a little', () => {
    const { amounts } = shareOut({
      cells: [{ name: 'new' }, { name: 'b', curve: curveOf(0.5, 20, 0.1) }],
      hours: dayFrom(12),
      total: 100_000,
    });
    assert.deepEqual(amounts, { new: 5_000, b: 95_000 });
  });

  test('an hour changes by no more than it may', () => {
    const shared = shareOut({
      cells: [
        { name: 'a', curve: curveOf(0.1, 50, 0.2), previous: 1_000, maxChange: 0.2 },
        { name: 'b', curve: curveOf(2, 50, 0.02), previous: 3_000, maxChange: 0.2 },
      ],
      hours: dayFrom(0),
      total: 96_000,
    });
    assert.equal(shared.hours.a?.[0], 1_200);
    assert.equal(shared.hours.b?.[0], 2_400);
  });

  test('limits that contradict each other are named', () => {
    const of = curveOf(0.5, 20, 0.1);
    const message = (cells: Cell[], total = 10_000) => {
      try {
        shareOut({ cells, hours: dayFrom(0), total });
      } catch (error) {
        return (error as Error).message;
      }
      return undefined;
    };
    assert.equal(
      message([
        { name: 'a', curve: of, least: 8_000 },
        { name: 'b', curve: of, least: 4_000 },
      ]),
      'limits cannot be met together: the least amounts add up to 120.00, the total is 100.00 (a 80.00, b 40.00)',
    );
    assert.match(
      String(
        message([
          { name: 'a', curve: of, most: 5_000 },
          { name: 'b', curve: of, most: 4_000 },
        ]),
      ),
      /the most that is allowed adds up to 90.00, the total is 100.00 \(b 40.00, a 50.00\)/,
    );
    assert.match(
      String(message([{ name: 'a', curve: of, least: 5_000, most: 4_000 }])),
      /limits of a cannot be met: at least 50.00, at most 40.00/,
    );
  });
});
