/** Ids: what may name an event or an entity. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normalId } from '../../src/core/id.ts';

test('an id that is accepted keeps its text through UTF-8 and has no control characters', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.anything()), (value) => {
      const id = normalId(value);
      if (id === undefined) return;
      assert.equal(Buffer.from(id).toString(), id);
      assert.equal(id, String(value));
      assert.ok(id.length >= 1 && id.length <= 200);
      assert.doesNotMatch(id, /\p{Cc}/u);
    }),
  );
});

test('plain text and whole numbers are accepted', () => {
  for (const id of ['1', 'c-991', 'ñandú', '火', '😀', 'a b', '<script>', 'x'.repeat(200)])
    assert.equal(normalId(id), id);
  assert.equal(normalId(123), '123');
  assert.equal(normalId(-5), '-5');
  assert.equal(normalId(2 ** 53 - 1), '9007199254740991');
});

test('everything else is refused', () => {
  const refused = [
    '',
    'x'.repeat(201),
    'a\r\nb',
    'a\u0000',
    '\u007f',
    'a\u0085',
    '\ud800',
    '😀\n',
    1.5,
    2 ** 53,
  ];
  for (const value of [...refused, Number.NaN, true, null, undefined, {}, []])
    assert.equal(normalId(value), undefined);
});
