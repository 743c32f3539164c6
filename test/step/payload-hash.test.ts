/** The payload hash: the same for the same fields in any order, another for other fields. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FORBIDDEN_KEY, payloadHash, TEXT_TOO_LONG, TOO_DEEP } from '../../src/step/payload-hash.ts';
import { decodeText, payloadOf } from './decode-event.ts';

const objects = fc.dictionary(
  fc.string().filter((key) => !/^(__proto__|constructor|prototype)$/.test(key)),
  fc.jsonValue(),
);
const hash = (fields: object, type = 'a.b', time: unknown = 5) => payloadHash(type, time, fields, 1);

/** The same value with the keys of every object turned round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, turned(inner)]),
  );
}

test('the order of keys does not matter, at any depth', () => {
  fc.assert(fc.property(objects, (fields) => assert.equal(hash(turned(fields) as object), hash(fields))));
});

test('another value, key, type or time gives another hash', () => {
  fc.assert(
    fc.property(objects, fc.string(), fc.jsonValue(), (fields, key, value) => {
      // generated values may hold a forbidden key deep inside: that is no hash but a refusal
      if (Object.hasOwn(fields, key) || hash(fields) < 0) return;
      const changed = { ...fields, [`k${key}`]: value };
      if (!Object.hasOwn(fields, `k${key}`)) assert.notEqual(hash(changed), hash(fields));
      assert.notEqual(hash(fields, 'a.c'), hash(fields));
      assert.notEqual(hash(fields, 'a.b', 6), hash(fields));
      assert.notEqual(hash(fields, 'a.b', '5'), hash(fields));
      assert.notEqual(payloadHash('a.b', undefined, fields, 1), hash(fields));
    }),
  );
});

test('values that look alike are told apart', () => {
  const alike = [
    1,
    '1',
    true,
    'true',
    null,
    'null',
    [],
    {},
    [1],
    { 0: 1 },
    [[1]],
    ['1'],
    0,
    false,
    '',
    -1,
    1.5,
    2 ** 32 + 1,
    [1, 2],
    [2, 1],
  ];
  assert.equal(new Set(alike.map((value) => hash({ value }))).size, alike.length);
  assert.notEqual(hash({ a: 1, b: 2 }), hash({ a: 2, b: 1 }));
  assert.notEqual(hash({ a: { b: 1 } }), hash({ a: 1, b: {} }));
});

test('hashes spread: 100,000 events that differ by one number collide as seldom as chance has it', () => {
  const seen = new Set<number>();
  for (let n = 0; n < 100_000; n++) seen.add(hash({ lead_id: 'l1', n }));
  assert.ok(seen.size > 99_990);
});

test('what may not be in the fields gives the reason instead', () => {
  assert.equal(hash(JSON.parse('{"a":[{"__proto__":1}]}')), FORBIDDEN_KEY);
  assert.equal(hash({ a: { prototype: 1 } }), FORBIDDEN_KEY);
  assert.equal(hash({ a: 'x'.repeat(8193) }), TEXT_TOO_LONG);
  assert.ok(hash({ a: 'x'.repeat(8192) }) >= 0);
  assert.equal(hash({ a: 'é'.repeat(4097) }), TEXT_TOO_LONG);
  let deep: unknown = 1;
  for (let i = 0; i < 31; i++) deep = [deep];
  assert.ok(hash({ deep }) >= 0);
  assert.equal(hash({ deep: [deep] }), TOO_DEEP);
});

test('an event keeps its hash when its keys change places, also beside the personal ones', () => {
  const one =
    '{"type":"lead.created","time":1767571200000,"data":{"lead_id":1,"email":"a@b.cd","source":"x"}}';
  const two =
    '{"data":{"source":"x","email":"a@b.cd","lead_id":1},"time":1767571200000,"type":"lead.created"}';
  const other = one.replace('a@b', 'a@c');
  assert.equal(payloadOf(decodeText(one)), payloadOf(decodeText(two)));
  assert.notEqual(payloadOf(decodeText(one)), payloadOf(decodeText(other)));
});
