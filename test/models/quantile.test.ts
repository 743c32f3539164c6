/** `quantile` beyond its exact size: rank error, and the same numbers every time. */

import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import fc from 'fast-check';
import { DAY, HOUR, type Millis } from '../../src/core/units.ts';
import type { AggregateOptions } from '../../src/models/aggregate.ts';
import { aggregates } from '../../src/models/catalogue.ts';
import { quantile } from '../../src/models/quantile.ts';

const START = Date.UTC(2026, 0, 5);
const SHARES = [0.01, 0.25, 0.5, 0.9, 0.95, 0.99];

/** A steady stream, then next to none until nearly all has left, then a burst. */
const GAPS: readonly Millis[] = [5_000, 5_000, 5_000, 3 * HOUR, 20, 20];

/** Numbers in 0..1 from a seed. */
function source(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

const shapes: Readonly<Record<string, (draw: () => number, n: number) => number>> = {
  even: (draw) => draw() * 100,
  skewed: (draw) => Math.exp(3 * draw() + 2 * draw() * draw()),
  'mostly zero': (draw) => (draw() < 0.9 ? 0 : draw() * 10),
  'two heaps': (draw) => (draw() < 0.5 ? draw() : 1000 + draw()),
  cents: (draw) => Math.round(30 + 90 * draw()) / 100,
  rising: (_draw, n) => n,
};

/** How far, as a share of the numbers, `value` lies from where the quantile q is. */
function rankError(sorted: readonly number[], q: number, value: number): number {
  const below = sorted.filter((number) => number < value - 1e-6).length;
  const upTo = sorted.filter((number) => number <= value + 1e-6).length;
  const rank = q * (sorted.length - 1);
  return Math.max(0, below - 1 - rank, rank - upTo) / sorted.length;
}

describe('quantile beyond its exact size', () => {
  const spans: [string, AggregateOptions, Millis][] = [
    ['no window', {}, DAY],
    ['one busy hour of 7d', { window: 7 * DAY }, HOUR],
    ['7d', { window: 7 * DAY }, 6 * DAY],
    ['30d', { window: 30 * DAY }, 29 * DAY],
  ];
  for (const [title, options, span] of spans) {
    it(`errs by less than 0.01 in rank: ${title}`, () => {
      for (const [shape, next] of Object.entries(shapes)) {
        const draw = source(7);
        const aggregate = quantile(options);
        const state = aggregate.create();
        const numbers: number[] = [];
        for (let n = 0; n < 12_000; n += 1) {
          const now = START + Math.floor((n * span) / 12_000);
          numbers.push(next(draw, n));
          aggregate.add(state, now, now, numbers.at(-1), undefined, 0);
        }
        numbers.sort((a, b) => a - b);
        for (const share of SHARES) {
          const value = quantile({ ...options, quantile: share }).value(state, START + span) as number;
          const error = rankError(numbers, share, value);
          assert.ok(error <= 0.01, `${shape}, ${share}: ${value} is off by ${error}`);
        }
      }
    });
  }

  it('is the same in every run, whatever Math.random says, and across encode and decode', () => {
    const random = mock.method(Math, 'random', () => assert.fail('nothing is left to chance'));
    try {
      const sets: AggregateOptions[] = [{}, { window: 30 * DAY }, { window: 6 * HOUR }];
      for (const options of sets) {
        const aggregate = quantile(options);
        const draw = source(3);
        const one = aggregate.create();
        let two = aggregate.create();
        let now = START;
        for (let n = 0; n < 6_000; n += 1) {
          const gap = options.window === 6 * HOUR ? (GAPS[Math.floor(n / 500) % 6] as Millis) : 15 * 60_000;
          now += gap;
          const value = draw() * 50;
          for (const state of [one, two]) aggregate.add(state, now, now, value, undefined, 0);
          if (n % 500 === 0) two = aggregate.decode(JSON.parse(JSON.stringify(aggregate.encode(two))));
          if (n % 100 === 0) assert.equal(aggregate.value(one, now), aggregate.value(two, now));
        }
        assert.deepEqual(aggregate.encode(one), aggregate.encode(two));
      }
    } finally {
      random.mock.restore();
    }
  });

  it('lies within the rank error in any order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const draw = source(seed);
        const numbers = Array.from({ length: 2_000 }, () => Math.floor(draw() * 5_000));
        const sorted = numbers.toSorted((a, b) => a - b);
        for (const order of [numbers, sorted, sorted.toReversed()]) {
          const aggregate = quantile({ quantile: 0.9 });
          const state = aggregate.create();
          for (const number of order) aggregate.add(state, START, START, number, undefined, 0);
          assert.ok(rankError(sorted, 0.9, aggregate.value(state, START) as number) <= 0.01);
        }
      }),
      { numRuns: 8 },
    );
  });
});

it('quantile is exact up to 512 numbers', () => {
  const aggregate = (aggregates.quantile as typeof quantile)({ quantile: 0.95 });
  const state = aggregate.create();
  for (let n = 512; n >= 1; n -= 1) aggregate.add(state, START, START, n / 10, undefined, 0);
  assert.equal(aggregate.value(state, START), 48.645);
});
