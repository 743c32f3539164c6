/** Ids of events: of one form, in the order of their times, and told apart by chance. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newEventId } from '../../src/core/event-id.ts';

const moment = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });

test('every id has its form, and sorts by its time', () => {
  fc.assert(
    fc.property(moment, moment, bytes, bytes, (a, b, some, other) => {
      const [first, second] = [newEventId(a, some), newEventId(b, other)];
      assert.match(first, /^evt_[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
      if (a !== b) assert.equal(first < second, a < b);
    }),
  );
});

test('a known time has a known beginning', () => {
  assert.equal(newEventId(1_469_918_176_385, new Uint8Array(16)), 'evt_01ARYZ6S410000000000000000');
});
