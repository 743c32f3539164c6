/** Slices of a JSON array's text: exactly the texts of its elements. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { elementSlices } from '../../src/step/json-slices.ts';

const slicesOf = (text: string) => elementSlices(text).map(([from, to]) => text.slice(from, to));

test('the slices are the elements, whatever stands between them', () => {
  const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
  const element = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(space, element, space)), space, (parts, around) => {
      const text = `${around}[${parts.map((part) => part.join('')).join(',')}]${around}`;
      assert.deepEqual(
        slicesOf(text),
        parts.map(([, value]) => value),
      );
    }),
  );
});

test('brackets, commas and quotes inside strings do not count', () => {
  const parts = ['"],["', '"\\"],"', '"\\\\"', '{"a,]":[1,{"b":"}"}]}', '[]', '"\\\\\\""'];
  assert.deepEqual(slicesOf(`[${parts.join(' , ')}]`), parts);
  assert.deepEqual(slicesOf('[ ]'), []);
});
