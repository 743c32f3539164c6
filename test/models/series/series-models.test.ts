/** Features over their own series × every law: order within a step, restarts, silence, memory. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { HOUR, MINUTE } from '../../../src/core/units.ts';
import type { Aggregate } from '../../../src/models/aggregate.ts';
import { seriesModels } from '../../../src/models/series/catalogue.ts';
import { Draw } from './draw.ts';

const START = Date.UTC(2026, 0, 5);
const RUNS = { numRuns: 15 };

interface Move {
  readonly wait: number;
  readonly late: number;
  readonly value: unknown;
}

const models: [string, number, Aggregate][] = [
  ['anomaly', 5 * MINUTE, seriesModels.anomaly?.({}) as Aggregate],
  ['anomaly', HOUR, seriesModels.anomaly?.({ step: HOUR }) as Aggregate],
  ['forecast', HOUR, seriesModels.forecast?.({}) as Aggregate],
];

for (const [name, width, model] of models)
  describe(`${name} in steps of ${width / MINUTE} minutes`, () => {
    const moves: fc.Arbitrary<Move[]> = fc.array(
      fc.record({
        wait: fc.oneof(fc.nat(width / 4), fc.nat(3 * width), fc.nat(700 * width)),
        late: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(2 * width)),
        value: fc.oneof(fc.nat(100), fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(undefined)),
      }),
      { maxLength: 30 },
    );

    it('does not depend on the order of events within a step', () => {
      const values = fc.array(fc.array(fc.nat(50), { maxLength: 5 }), { maxLength: 60 });
      fc.assert(
        fc.property(values, (steps) => {
          const [one, other] = [model.create(), model.create()];
          steps.forEach((list, i) => {
            const begin = START + i * width;
            list.forEach((value, k) => {
              model.add(one, begin + k, begin + width - 1, value, undefined, 0);
            });
            [...list.keys()].reverse().forEach((k) => {
              model.add(other, begin + k, begin + width - 1, list[k], undefined, 0);
            });
            assert.deepEqual(model.value(other, begin + width), model.value(one, begin + width));
          });
        }),
        RUNS,
      );
    });

    it('goes on after encode and decode as if nothing had happened, and changes when it says', () => {
      fc.assert(
        fc.property(moves, fc.nat(), (list, cut) => {
          const one = model.create();
          let other = model.create();
          let now = START;
          list.forEach(({ wait, late, value }, i) => {
            now += wait;
            if (i === cut % list.length || i % 5 === 0)
              other = model.decode(JSON.parse(JSON.stringify(model.encode(other))));
            const taken = model.add(one, now - late, now, value, undefined, 0);
            assert.equal(taken, Math.floor((now - late) / width) === Math.floor(now / width));
            assert.equal(model.add(other, now - late, now, value, undefined, 0), taken);
            // what was looked at more often is the same
            if (i % 3 === 0) model.value(one, now);
            const told = JSON.stringify(model.value(one, now));
            assert.equal(JSON.stringify(model.value(other, now)), told);
            const next = model.nextChange(one, now);
            assert.equal(model.nextChange(other, now), next);
            assert.ok(next > now);
            if (next < Number.POSITIVE_INFINITY)
              assert.equal(JSON.stringify(model.value(one, next - 1)), told, 'nothing changes before');
          });
        }),
        RUNS,
      );
    });

    it('knows nothing before the first event, and stops when there are no more', () => {
      const state = model.create();
      assert.equal(model.value(state, START), undefined);
      assert.equal(model.nextChange(state, START), Number.POSITIVE_INFINITY);
      assert.equal(model.encode(state), null, 'stored as next to nothing');
      model.add(state, START, START, 1, undefined, 0);
      let now = START;
      let changes = 0;
      for (; now < Number.POSITIVE_INFINITY && changes < 1000; changes += 1)
        now = model.nextChange(state, now);
      assert.ok(changes > 500 && changes < 700, `${changes} changes`);
      const later = START + 5000 * width;
      assert.ok(model.add(state, later, later, 1, undefined, 0));
      assert.ok(model.nextChange(state, later) > later);
    });

    it('stays small', () => {
      const state = model.create();
      const draw = new Draw(3);
      for (let i = 0; i < 3000; i += 1) {
        const now = START + i * width;
        for (let k = draw.poisson(2); k > 0; k -= 1)
          model.add(state, now + k, now + k, draw.normal(), undefined, 0);
      }
      const size = JSON.stringify(model.encode(state)).length;
      assert.ok(size < 12_000, `${size} characters`);
    });
  });

it('an anomaly of a count is told with its side and its score', () => {
  const model = seriesModels.anomaly?.({ step: HOUR }) as Aggregate;
  const state = model.create();
  const draw = new Draw(5);
  const feed = (hour: number, count: number) => {
    for (let k = 0; k < count; k += 1)
      model.add(state, START + hour * HOUR + k, START + hour * HOUR + k, undefined, undefined, 0);
    return model.value(state, START + (hour + 1) * HOUR) as {
      active: boolean;
      type?: string;
      value: number;
      seen: number;
    };
  };
  for (let hour = 0; hour < 300; hour += 1) feed(hour, draw.poisson(40));
  // what is usual foretells noise better than the hour before
  const errors = model.takeErrors?.(state);
  assert.ok(errors?.steps === 299 && errors.model < errors.lastStep, JSON.stringify(errors));
  let said = feed(300, 0);
  assert.equal(said.seen, 0);
  for (let hour = 301; hour < 304; hour += 1) said = feed(hour, 0);
  assert.equal(said.active, true);
  assert.equal(said.type, 'low');
});

it('a forecast follows the day', () => {
  const model = seriesModels.forecast?.({}) as Aggregate;
  const state = model.create();
  const draw = new Draw(6);
  const usual = (hour: number) => (hour % 24 < 8 ? 5 : 60);
  for (let hour = 0; hour < 24 * 21; hour += 1) {
    const at = START + hour * HOUR;
    for (let k = draw.poisson(usual(hour)); k > 0; k -= 1)
      model.add(state, at + k, at + k, 0.5, undefined, 0);
  }
  const night = model.value(state, START + 24 * 21 * HOUR) as {
    value: number;
    low: number;
    high: number;
    served: boolean;
  };
  assert.equal(night.served, true);
  assert.ok(night.low <= night.value && night.value <= night.high);
  const errors = model.takeErrors?.(state);
  assert.ok(errors && errors.steps > 24 * 19 && errors.model < errors.lastStep, JSON.stringify(errors));
  assert.equal(model.takeErrors?.(state), undefined, 'told once');
  assert.ok(night.value < 8, `${night.value} at night, after ${usual(23) / 2} the hour before`);
});
