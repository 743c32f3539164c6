/** Times of events: RFC 3339 with a zone, or epoch milliseconds. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseInstant } from '../../src/core/instant.ts';

const FIRST = Date.UTC(2000, 0, 1);
const LAST = Date.UTC(2100, 0, 1) - 1;
const instants = fc.integer({ min: FIRST, max: LAST });

test('an instant is the same as number, as text and under any offset', () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: -1439, max: 1439 }), (time, offset) => {
      assert.equal(parseInstant(time), time);
      assert.equal(parseInstant(String(time)), time);
      assert.equal(parseInstant(new Date(time).toISOString()), time);
      const local = new Date(time + offset * 60_000).toISOString().slice(0, -1);
      const two = (n: number) => String(n).padStart(2, '0');
      const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
      const year = Number(local.slice(0, 4));
      if (local.length === 23 && year >= 1999) assert.equal(parseInstant(local + zone), time);
    }),
  );
});

test('any other text or value is refused and never throws', () => {
  const digits = fc.stringMatching(/^[0-9TZ:+. -]{0,30}$/);
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.string(), digits), (value) => {
      const time = parseInstant(value);
      assert.ok(time === undefined || (Number.isInteger(time) && time >= FIRST && time <= LAST));
    }),
  );
});

const cases: [unknown, string | undefined][] = [
  ['2026-11-22T09:14:03Z', '2026-11-22T09:14:03.000Z'],
  ['2026-11-22t09:14:03z', '2026-11-22T09:14:03.000Z'],
  ['2026-11-22 09:14:03+01:00', '2026-11-22T08:14:03.000Z'],
  ['2026-11-22T09:14:03.1Z', '2026-11-22T09:14:03.100Z'],
  ['2026-11-22T09:14:03.123999Z', '2026-11-22T09:14:03.123Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ['2017-01-01T00:59:60+01:00', '2017-01-01T00:00:00.000Z'],
  ['2016-12-31T22:59:60Z', undefined],
  ['2026-02-29T00:00:00Z', undefined],
  ['2026-04-31T00:00:00Z', undefined],
  ['2026-13-01T00:00:00Z', undefined],
  ['2026-11-22T24:00:00Z', undefined],
  ['2026-11-22T09:60:00Z', undefined],
  ['2026-11-22T09:14:03', undefined],
  ['2026-11-22T09:14:03.Z', undefined],
  ['2026-11-22T09:14:03+0100', undefined],
  ['2026-11-22T09:14:03+01:60', undefined],
  ['2026-11-22T09:14:03Z\n', undefined],
  ['2026-11-22', undefined],
  ['1999-12-31T23:59:59Z', undefined],
  [1_764_000_000, undefined],
  [1_764_000_000_000.5, undefined],
  [Number.NaN, undefined],
  ['', undefined],
  [null, undefined],
];

for (const [value, expected] of cases)
  test(`${JSON.stringify(value)} is ${expected ?? 'refused'}`, () => {
    const time = parseInstant(value);
    assert.equal(time === undefined ? undefined : new Date(time).toISOString(), expected);
  });
