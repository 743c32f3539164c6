/** Every aggregate of the catalogue × options × every law of the contract. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DAY, HOUR, type Millis } from '../../src/core/units.ts';
import type { Aggregate, AggregateOptions } from '../../src/models/aggregate.ts';
import { aggregates } from '../../src/models/catalogue.ts';
import { PackedReader } from '../../src/step/packed-reader.ts';
import { PackedWriter } from '../../src/step/packed-writer.ts';
import { type Add, meanings, refused } from './naive.ts';

const START = Date.UTC(2026, 0, 5);
const RUNS = { numRuns: 12 };

const optionSets: Readonly<Record<string, AggregateOptions>> = {
  'no window': {},
  '7d': { window: 7 * DAY },
  '30d': { window: 30 * DAY, quantile: 0.95 },
  '90d': { window: 90 * DAY, unit: HOUR },
  '3d ago 3d': { window: 3 * DAY, ago: 3 * DAY },
  '28d ago 1d': { window: 28 * DAY, ago: DAY, once: true },
  '6h': { window: 6 * HOUR, unit: 7 * 60_000, until: 3 * HOUR },
  once: { once: true, quantile: 0.1 },
  'once in 7d': { window: 7 * DAY, once: true },
  'keep 5, until 3d': { keep: 5, until: 3 * DAY },
  '10s in steps of 10s': { window: 10_000, step: 10_000 },
  'a minute of steps, ago': { window: 60_000, ago: 20_000, step: 10_000, once: true },
  '28d in weeks': { window: 28 * DAY, step: 7 * DAY },
  'a day of its own': { window: DAY, step: DAY, local: true },
  'the day before, of its own': { window: DAY, step: DAY, ago: DAY, local: true, once: true },
  'keep 5 in 6h': { keep: 5, window: 6 * HOUR },
};

/** The stream moves `wait` on, then an event comes that is `late` behind it. */
interface Move extends Omit<Add, 'time'> {
  readonly wait: Millis;
  readonly late: Millis;
}

function moves(options: AggregateOptions): fc.Arbitrary<Move[]> {
  const reach = (options.window ?? 10 * DAY) + (options.ago ?? 0);
  const move = fc.record({
    wait: fc.oneof(fc.constant(0), fc.nat(reach / 8), fc.nat(reach / 2)),
    late: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(reach / 2), fc.nat(Math.floor(reach * 1.2))),
    value: fc.oneof(
      fc.integer({ min: -4, max: 9 }),
      fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 1e4),
      fc.constantFrom('a', 'b', 'ab', 'é', null, undefined, Number.NaN),
    ),
    key: fc.constantFrom('k1', 'k2', 'k3', 'k4', undefined),
    rank: fc.constantFrom(0, 1),
  });
  return fc.array(move, { maxLength: 40 });
}

function sameValue(got: unknown, wanted: unknown, where: string): void {
  if (typeof got === 'number' && typeof wanted === 'number') {
    assert.ok(Math.abs(got - wanted) <= 1e-6 + Math.abs(wanted) * 1e-12, `${where}: ${got}, not ${wanted}`);
    assert.ok(Number.isFinite(got));
  } else assert.deepEqual(got, wanted, where);
}

function copied(aggregate: Aggregate, state: unknown): unknown {
  const writer = new PackedWriter();
  writer.value(aggregate.encode(state));
  return aggregate.decode(new PackedReader(writer.take(), 0).value());
}

for (const [name, create] of Object.entries(aggregates)) {
  const meaning = meanings[name] as (typeof meanings)[string];
  for (const [title, options] of Object.entries(optionSets)) {
    const aggregate = create(options);
    const reach = (options.window ?? 10 * DAY) + (options.ago ?? 0);

    const feed = (state: unknown, now: Millis, { value, key, rank }: Omit<Add, 'time'>, time: Millis) =>
      aggregate.add(state, time, now, value, key, rank);

    /** Looks at the value up to each of its next changes and at some times in between. */
    const unfolds = (state: unknown, adds: readonly Add[], from: Millis) => {
      let now = from;
      for (let looks = 0; looks < 6; looks += 1) {
        const value = aggregate.value(state, now);
        sameValue(value, meaning(adds, now, options), `${looks} changes after`);
        const next = aggregate.nextChange(state, now);
        assert.ok(next > now, 'the next change lies ahead');
        const until = Math.min(next - 1, now + 3 * reach);
        for (const share of [0.3, 0.8, 1]) {
          const then = Math.floor(now + (until - now) * share);
          assert.deepEqual(aggregate.value(state, then), value, 'nothing changes before nextChange');
          sameValue(value, meaning(adds, then, options), 'nextChange is not too late');
          if (aggregate.nextChange(state, then) !== next)
            assert.fail('nextChange stands until it is reached');
        }
        if (next === Number.POSITIVE_INFINITY) return;
        now = next;
      }
    };

    describe(`${name}, ${title}`, () => {
      it('means what a recount of all adds says, at every time', () => {
        fc.assert(
          fc.property(moves(options), (history) => {
            const state = aggregate.create();
            const adds: Add[] = [];
            let now = START;
            for (const move of history) {
              now += move.wait;
              const time = now - move.late;
              const taken = feed(state, now, move, time);
              assert.equal(taken, !refused(options, time, now), 'refused when no window covers it any more');
              if (taken) adds.push({ ...move, time });
              if (move.rank === 1)
                sameValue(aggregate.value(state, now), meaning(adds, now, options), 'then');
            }
            unfolds(state, adds, now);
          }),
          RUNS,
        );
      });

      it('does not depend on the order of the adds', () => {
        const shuffled = moves(options).chain((list) =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
          ),
        );
        fc.assert(
          fc.property(shuffled, ([list, other]) => {
            const [one, two] = [aggregate.create(), aggregate.create()];
            for (const move of list) feed(one, START, move, START - move.late);
            for (const move of other) feed(two, START, move, START - move.late);
            for (const now of [START, START + reach / 3, START + reach / 2, START + reach]) {
              assert.deepEqual(aggregate.value(one, now), aggregate.value(two, now));
              assert.equal(aggregate.nextChange(one, now), aggregate.nextChange(two, now));
            }
          }),
          RUNS,
        );
      });

      it('forgets what it is told to forget, and nothing else of what it keeps as it came', () => {
        if (aggregate.forget === undefined) return;
        fc.assert(
          fc.property(moves(options), (history) => {
            const state = aggregate.create();
            for (const move of history) feed(state, START, move, START - move.late);
            const isNamed = (value: unknown) => value === 'a' || value === 'k1';
            const until = START - 2;
            const lost = aggregate.forget?.(state, isNamed, until);
            const named = history.some(
              ({ value, key, late }) => late >= 2 && (isNamed(value) || isNamed(key)),
            );
            if (!named) assert.equal(lost, false, 'nothing is lost where nobody is named');
            assert.equal(aggregate.forget?.(state, isNamed, until), false, 'once is enough');
            const told = history.filter(
              (move) => move.late < 2 || !(isNamed(move.value) || isNamed(move.key)),
            );
            const kept = JSON.stringify(aggregate.encode(copied(aggregate, state)));
            if (!told.some(({ value, key }) => isNamed(value) || isNamed(key))) {
              assert.ok(!kept.includes('"a"') && !kept.includes('"k1"'), kept);
            }
          }),
          RUNS,
        );
      });

      it('is as if what was taken back had never been', () => {
        const { takeBack } = aggregate;
        if (takeBack === undefined) return;
        fc.assert(
          fc.property(moves(options), fc.nat(40), (history, which) => {
            const [state, adds] = [aggregate.create(), [] as Add[]];
            for (const move of history) {
              const time = START - move.late;
              if (feed(state, START, move, time)) adds.push({ ...move, time });
            }
            const [odd] = adds.splice(which % Math.max(1, adds.length), 1);
            if (odd === undefined) return;
            assert.equal(takeBack(state, odd.time, START, odd.value), true);
            unfolds(copied(aggregate, state), adds, START);
            unfolds(state, adds, START);
          }),
          RUNS,
        );
      });

      it('answers the same after encode and decode, now and after further adds', () => {
        fc.assert(
          fc.property(moves(options), fc.nat(40), (history, cut) => {
            const state = aggregate.create();
            let copy = aggregate.create();
            let now = START;
            for (const [index, move] of history.entries()) {
              now += move.wait;
              for (const each of [state, copy]) feed(each, now, move, now - move.late);
              if (index === cut || index % 7 === 6) copy = copied(aggregate, copy);
              assert.deepEqual(aggregate.value(copy, now), aggregate.value(state, now));
              assert.equal(aggregate.nextChange(copy, now), aggregate.nextChange(state, now));
            }
          }),
          RUNS,
        );
      });

      const { merge } = aggregate;
      if (merge)
        it('is made of parts as if one had learnt everything', () => {
          fc.assert(
            fc.property(
              moves(options),
              fc.array(fc.nat(2), { minLength: 40, maxLength: 40 }),
              (history, owners) => {
                const parts = [aggregate.create(), aggregate.create(), aggregate.create()];
                const whole = aggregate.create();
                let now = START;
                for (const [index, move] of history.entries()) {
                  now += move.wait;
                  feed(whole, now, move, now - move.late);
                  feed(parts[owners[index] as number], now, move, now - move.late);
                }
                const before = JSON.stringify(parts.map((part) => aggregate.encode(part)));
                const [a, b, c] = parts;
                const merges = [
                  merge(parts),
                  merge([c, b, a]),
                  merge([merge([c, a]), b]),
                  merge([a, merge([b, c])]),
                ];
                merges.push(merge(parts.map((part) => copied(aggregate, part))));
                assert.equal(JSON.stringify(parts.map((part) => aggregate.encode(part))), before);
                for (const then of [now, now + reach / 3, now + reach / 2, now + reach])
                  for (const merged of merges) {
                    assert.deepEqual(aggregate.value(merged, then), aggregate.value(whole, then));
                    assert.equal(aggregate.nextChange(merged, then), aggregate.nextChange(whole, then));
                  }
              },
            ),
            RUNS,
          );
        });

      it('is changed by no refused add', () => {
        fc.assert(
          fc.property(moves(options), (history) => {
            const state = aggregate.create();
            const now = START + reach;
            for (const move of history) feed(state, now, move, now - move.late);
            aggregate.value(state, now);
            const before = JSON.stringify(aggregate.encode(state));
            const tooLate = now - reach - DAY;
            const taken = feed(state, now, { value: 3, key: 'k9', rank: 1 }, tooLate);
            assert.equal(taken, options.window === undefined);
            if (!taken) assert.equal(JSON.stringify(aggregate.encode(state)), before);
          }),
          { numRuns: 3 },
        );
      });

      it('knows nothing before the first event', () => {
        for (const state of [aggregate.create(), copied(aggregate, aggregate.create())]) {
          assert.deepEqual(aggregate.value(state, START), meaning([], START, options));
          assert.equal(aggregate.nextChange(state, START), Number.POSITIVE_INFINITY);
        }
        assert.ok(
          [0, null].includes(aggregate.encode(aggregate.create()) as null),
          'stored as next to nothing',
        );
      });
    });
  }

  it(`${name} takes no number that is none`, () => {
    const numeric = ['sum', 'avg', 'min', 'max', 'quantile', 'bins', 'ratios', 'corrected'].includes(name);
    const none = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null, undefined];
    const strange = numeric ? [...none, 1e300, -1.1e9, '5', true, {}, [5]] : none;
    if (['count', 'since', 'series', 'pairs'].includes(name)) return; // these do not look at the value
    for (const options of [{}, { window: 7 * DAY }]) {
      const aggregate = create(options);
      const state = aggregate.create();
      aggregate.add(state, START, START, 5, undefined, 0);
      const before = aggregate.encode(state);
      for (const value of strange) assert.ok(aggregate.add(state, START, START, value, undefined, 0));
      assert.deepEqual(aggregate.encode(state), before);
    }
  });

  it(`${name} stays small after 100,000 adds`, () => {
    for (const options of [{ window: 7 * DAY }, { once: true, keep: 50 }]) {
      const aggregate = create(options);
      const state = aggregate.create();
      for (let n = 0; n < 100_000; n += 1) {
        const now = START + n * 20_000; // 23 days
        aggregate.add(state, now - (n % 5) * HOUR, now, (n * 7919) % 1e6, `k${n % 5000}`, n % 2);
      }
      const value = aggregate.value(state, START + 100_000 * 20_000);
      if (typeof value === 'number') assert.ok(Number.isFinite(value));
      const size = JSON.stringify(aggregate.encode(state)).length;
      assert.ok(
        size < (name === 'bins' ? 150_000 : name === 'quantile' ? 60_000 : 8_000),
        `${size} characters`,
      );
    }
  });
}
