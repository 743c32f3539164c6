/** Whatever an entry holds, decode gives one item for each element and a letter has the exact text of its element. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry } from '../../src/core/entry.ts';
import { toMicros } from '../../src/core/units.ts';
import { builtInEvents } from '../../src/rules/events/catalogue.ts';
import { decode, type Item } from '../../src/step/decode.ts';
import { SAMPLES } from '../rules/events/event-samples.ts';
import { decodeFlatTexts, decodeText, ENTRY_ID } from './decode-event.ts';

const spaces = fc.stringMatching(/^[ \t\r\n]{0,2}$/);
const names = fc.constantFrom(
  ...[
    'id',
    'type',
    'time',
    'ts',
    'data',
    'source',
    'event_source',
    'lead_id',
    'cost',
    'channels',
    'email',
    'metadata',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '',
    'ip_address',
    'base_score',
    'campaign_id',
    'channel',
    'status',
  ],
);
const types = fc.constantFrom(...Object.keys(SAMPLES), 'tick', 'rules.activated', 'lead.crated', 'toString');
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary' }),
  types,
  fc.integer(),
  fc.double(),
);

/** Objects that are events, or nearly, or not at all. */
const nearEvents = fc
  .tuple(
    types,
    fc.dictionary(names, values, { maxKeys: 6 }),
    fc.dictionary(names, values, { maxKeys: 4 }),
    fc.nat(3),
  )
  .map(([type, fields, envelope, form]) => {
    if (form === 0) return { ...fields, type };
    const data = form === 1 ? fields : { ...SAMPLES[type], ...(form === 2 ? fields : {}) };
    return { ...(form === 3 ? {} : envelope), type, data };
  });
const elements = fc.oneof(nearEvents, values).map((value) => JSON.stringify(value) ?? 'null');

const isElementOf = (item: Item | undefined, index: number) =>
  item !== undefined &&
  ('index' in item ? item.index : item.kind === 'dead' ? item.letter.index : 0) === index;

test('a list gives one item for each element, in order, with the exact text in letters', () => {
  const lists = fc.array(fc.tuple(spaces, elements, spaces), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(lists, fc.constantFrom('live', 'log'), (parts, clock) => {
      const text = `[${parts.map(([before, element, after]) => before + element + after).join(',')}]`;
      const items = decodeText(text, {}, clock as 'live' | 'log');
      assert.equal(items.length, parts.length);
      for (const [index, item] of items.entries()) {
        assert.ok(item.kind === 'event' || item.kind === 'dead');
        assert.ok(isElementOf(item, index));
        if (item.kind !== 'dead') continue;
        assert.equal(item.letter.raw, parts[index]?.[1]);
        assert.notEqual(item.letter.problem, '');
        assert.equal(item.id, `${ENTRY_ID}:${index}`);
      }
    }),
    { numRuns: 400 },
  );
});

test('any text, any fields as text, and broken entries give at least one item and never throw', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    elements,
    elements.map((text) => text.slice(0, -1)),
  );
  const entries = fc.record(
    { d: anyText, f: anyText, b: anyText, m: fc.oneof(anyText, fc.constant('5-0:0')) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(entries, (fields) => {
      const items = decode({ id: ENTRY_ID, ...fields } as Entry, builtInEvents, { clock: 'live' });
      assert.ok(items.length >= 1);
      for (const item of items)
        if (
          item.kind === 'dead' &&
          items.length === 1 &&
          !(fields.d ?? fields.f ?? '').trimStart().startsWith('[')
        )
          assert.equal(item.letter.raw, fields.d ?? fields.f ?? fields.b ?? '');
    }),
    { numRuns: 400 },
  );
  const flat = fc.dictionary(
    fc.oneof(names, fc.string()),
    fc.oneof(fc.string(), fc.json(), fc.constantFrom('1e5', '-1', 'NaN')),
  );
  fc.assert(
    fc.property(flat, types, (fields, type) => assert.equal(decodeFlatTexts({ ...fields, type }).length, 1)),
  );
});

test('an accepted event is plain data: ids as text, no personal field, nothing of a prototype changed', () => {
  fc.assert(
    fc.property(nearEvents, (event) => {
      const [item] = decodeText(JSON.stringify(event));
      if (item?.kind !== 'event') return;
      const type = builtInEvents.get(item.event.type);
      assert.ok(type);
      for (const id of type.ids)
        assert.ok(['string', 'undefined'].includes(typeof (item.event.data[id] ?? undefined)));
      for (const { name, personal, kind } of type.shape)
        if (personal && kind !== 'ip' && kind !== 'agent') assert.equal(name in item.event.data, false);
      assert.equal(Object.getPrototypeOf(item.event.data), Object.prototype);
      assert.ok(Number.isInteger(item.payload) && item.payload >= 0 && item.payload < 2 ** 32);
    }),
    { numRuns: 300 },
  );
});

const amounts = fc.tuple(fc.nat(999_999_999), fc.nat(6), fc.nat(999_999)).map(([whole, places, fraction]) => {
  const decimals = String(fraction).padStart(6, '0').slice(0, places);
  return {
    text: places === 0 ? `${whole}` : `${whole}.${decimals}`,
    micros: BigInt(whole) * 1_000_000n + BigInt(decimals.padEnd(6, '0') || 0),
  };
});
const click = (cost: string) => `{"type":"campaign.click","campaign_id":1,"channel":"a","cost" :\t${cost}}`;

test('money is exact in micros from its text, as number or as text', () => {
  fc.assert(
    fc.property(amounts, fc.boolean(), ({ text, micros }, quoted) => {
      const [item] = decodeText(click(quoted ? `"${text}"` : text));
      assert.ok(item?.kind === 'event');
      assert.equal(BigInt(toMicros(item.event.data.cost as number)), micros);
    }),
  );
});

test('money written with a seventh decimal, an exponent or a sign is refused, wherever it stands in a list', () => {
  const spoil = fc.constantFrom<(text: string) => string>(
    (text) => `-${text}`,
    (text) => `${text}e0`,
    (text) => `${text}E+2`,
    (text) => `${text}e-1`,
    (text) => `${text.includes('.') ? text : `${text}.`}${'0'.repeat(7)}`,
    (text) => `${text.includes('.') ? text : `${text}.`}${'1'.repeat(9)}`,
  );
  fc.assert(
    fc.property(amounts, spoil, fc.boolean(), fc.nat(3), ({ text }, change, quoted, before) => {
      const bad = click(quoted ? `"${change(text)}"` : change(text));
      const items = decodeText(`[${[...new Array(before).fill(click('0.5')), bad, click('1')].join(',')}]`);
      assert.deepEqual(
        items.map(({ kind }) => kind),
        [...new Array(before).fill('event'), 'dead', 'event'],
      );
      const item = items[before];
      assert.ok(item?.kind === 'dead');
      assert.deepEqual([item.letter.reason, item.letter.raw], ['bad_money', bad]);
    }),
  );
});

/** Text that tends to break things on its way: quotes, escapes, directions, look-alikes, scripts. */
const NAUGHTY = [
  ...[
    'undefined',
    'null',
    'NaN',
    '-0',
    '1e400',
    '0x10',
    '__proto__',
    'constructor',
    '{{7*7}}',
    '#{7*7}',
    "'; --",
    '"',
    '\\',
  ],
  ...[
    '<script>alert(1)</script>',
    '\u202etxt',
    '\u200b',
    '\ufeff',
    '\u2028',
    'Ω≈ç√',
    '田中さん',
    '👩‍👩‍👧',
    'ﷺ',
    'İ',
    '\u0000',
    '\r\nX: y',
  ],
];

test('naughty texts come through as they are, or are refused', () => {
  for (const naughty of NAUGHTY) {
    const data = {
      lead_id: naughty,
      content_id: 'g',
      content_type: naughty,
      extra: { [`k${naughty}`]: naughty },
    };
    const [item] = decodeText(JSON.stringify({ id: naughty, type: 'content.opened', data }));
    if (item?.kind === 'event') assert.deepEqual([item.event.id, item.event.data], [naughty, data]);
    else assert.equal(item?.kind === 'dead' && item.letter.reason, 'bad_id');
  }
});
