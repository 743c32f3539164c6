/** Parts always add up to the total rounded to micros, and differ by at most one micro. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { spreadMicros } from '../../src/rules/spread-micros.ts';

const micros = (part: number) => BigInt(Math.round(part * 1e6));

test('parts add up exactly and are as equal as they can be', () => {
  const digits = fc.array(fc.nat(9), { maxLength: 12 }).map((list) => list.join(''));
  fc.assert(
    fc.property(fc.nat(99_999_999), digits, fc.integer({ min: 1, max: 400 }), (whole, decimals, count) => {
      const text = decimals === '' ? String(whole) : `${whole}.${decimals}`;
      const parts = spreadMicros(text, count);
      const padded = decimals.padEnd(7, '0');
      const total =
        BigInt(whole) * 1_000_000n + BigInt(padded.slice(0, 6)) + (padded.charAt(6) >= '5' ? 1n : 0n);
      assert.equal(parts.length, count);
      assert.equal(
        parts.reduce((sum, part) => sum + micros(part), 0n),
        total,
      );
      const [largest, smallest] = [parts[0] as number, parts.at(-1) as number];
      assert.ok(micros(largest) - micros(smallest) <= 1n);
      for (const part of parts)
        assert.match(String(part), /^\d+(\.\d{1,6})?$/, 'money with at most 6 decimals');
    }),
  );
});

test('amounts as they occur in files', () => {
  assert.deepEqual(spreadMicros('1.429999948', 1), [1.43]);
  assert.deepEqual(spreadMicros('10', '3'), [3.333334, 3.333333, 3.333333]);
  assert.deepEqual(spreadMicros('0.000001', 2), [0.000001, 0]);
  assert.deepEqual(spreadMicros('0', 0), []);
  assert.deepEqual(spreadMicros(2.5, 2), [1.25, 1.25]);
});

test('what cannot be spread is refused with its value', () => {
  assert.throws(() => spreadMicros('3.5', 0), /nothing to spread 3\.5 over/);
  for (const text of ['', '-1', '1e3', 'NaN', '1,5'])
    assert.throws(() => spreadMicros(text, 2), /not an amount/);
  for (const count of ['', -1, 1.5, 'x'])
    assert.throws(() => spreadMicros('1', count), /is no number of parts/);
});
