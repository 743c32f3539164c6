/** Packed text gives back the JSON value that was written, whatever it is. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { PackedReader } from '../../src/step/packed-reader.ts';
import { PackedWriter } from '../../src/step/packed-writer.ts';

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.integer({ min: -1e9, max: 1e9 }).map((micros) => micros / 1e6),
  fc.integer({ min: 0, max: 1e10 }).map((after) => 1.76e12 + after),
);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('again', 'é', '\ud800', '\ud800x', '😀'),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    number,
    text,
    fc.constantFrom(null, undefined, true, false),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
}));

test('what was written is read as JSON would give it back, value after value', () => {
  const writer = new PackedWriter();
  fc.assert(
    fc.property(fc.array(value, { maxLength: 5 }), (values) => {
      for (const one of values) writer.value(one);
      const packed = writer.take();
      assert.equal(Buffer.from(packed).toString(), packed, 'it survives UTF-8');
      const reader = new PackedReader(packed, 0);
      const read = values.map(() => reader.value());
      assert.deepEqual(JSON.stringify(read), JSON.stringify(values));
      assert.ok(reader.isAtEnd);
    }),
    { numRuns: 500 },
  );
});

test('a text cut off anywhere is an error and never another value', () => {
  const writer = new PackedWriter();
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), fc.nat(), (list, place) => {
      writer.value(list);
      const packed = writer.take();
      const cut = packed.slice(0, place % packed.length);
      assert.throws(() => new PackedReader(cut, 0).value(), RangeError);
    }),
    { numRuns: 500 },
  );
});
