/** Windows that are counted by an entity's own clock: it may go back, and the value is what the clock now says. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DAY, HOUR } from '../../src/core/units.ts';
import { aggregates } from '../../src/models/catalogue.ts';
import { meanings } from './naive.ts';

const START = Date.UTC(2026, 0, 5);
const options = { window: DAY, step: DAY, local: true };

const moves = fc.array(
  fc.record({
    // a campaign may move from the first time zone to the last
    wait: fc.integer({ min: -26 * HOUR, max: 20 * HOUR }),
    late: fc.oneof(fc.constant(0), fc.nat(DAY)),
    value: fc.integer({ min: -5, max: 50 }),
  }),
  { maxLength: 30 },
);

for (const verb of ['count', 'sum', 'corrected', 'avg', 'min', 'max'])
  test(`${verb} of a day is what the clock says, also when it goes back, and after a restart`, () => {
    const aggregate = aggregates[verb]?.(options) as NonNullable<ReturnType<(typeof aggregates)[string]>>;
    fc.assert(
      fc.property(moves, (list) => {
        let state = aggregate.create();
        const adds = [];
        let [now, latest] = [START, START];
        for (const { wait, late, value } of list) {
          // never further back than the width of all time zones
          now = Math.max(now + wait, latest - 26 * HOUR);
          latest = Math.max(latest, now);
          const rank = value % 4 === 0 ? 1 : 0;
          const add = { time: now - late, value, key: undefined, rank };
          if (aggregate.add(state, add.time, now, value, undefined, rank)) adds.push(add);
          const wanted: unknown = meanings[verb]?.(adds, now, options);
          assert.deepEqual(aggregate.value(state, now), wanted);
          assert.ok(aggregate.nextChange(state, now) > now);
          if (value % 3 === 0) state = aggregate.decode(aggregate.encode(state));
          assert.deepEqual(aggregate.value(state, now), wanted);
        }
      }),
      { numRuns: 150 },
    );
  });
