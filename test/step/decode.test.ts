/** Decode: both forms of the envelope, defaults, control entries, and every kind of bad input. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeadReason } from '../../src/core/decision.ts';
import { builtInEvents } from '../../src/rules/events/catalogue.ts';
import { decode, sourceText } from '../../src/step/decode.ts';
import { SAMPLES } from '../rules/events/event-samples.ts';
import { decodeFlatTexts, decodeText, ENTERED, ENTRY_ID, eventOf, letterOf } from './decode-event.ts';

const OPENED = { id: 'c-991', source: 'crm', type: 'content.opened', time: '2026-01-05T00:00:00.250Z' };
const CLICK = { campaign_id: 'c1', channel: 'jooble', cost: 0.3312 };
const lead = { lead_id: 123, content_id: 'guide-1' };

for (const [type, data] of Object.entries(SAMPLES)) {
  test(`${type}: structured and flat are the same event`, () => {
    const structured = eventOf(decodeText(JSON.stringify({ id: 5, source: 's', type, time: ENTERED, data })));
    const flat = eventOf(
      decodeText(JSON.stringify({ id: '5', event_source: 's', type, ts: ENTERED, ...data })),
    );
    assert.deepEqual(structured, { id: '5', source: 's', type, time: ENTERED, data });
    assert.deepEqual(flat, structured);
  });

  test(`${type}: fields that came as text are converted by the schema`, () => {
    const texts: Record<string, string> = { id: '5', event_source: 's', type, time: '2026-01-05T00:00:00Z' };
    for (const [name, value] of Object.entries(data))
      texts[name] = typeof value === 'string' ? value : JSON.stringify(value);
    assert.deepEqual(eventOf(decodeFlatTexts(texts)), { id: '5', source: 's', type, time: ENTERED, data });
  });
}

test('ids become text, money and times numbers, also inside rows; unknown fields stay as they came', () => {
  const data = {
    campaign_id: 7,
    daily_budget: '1000.50',
    currency: 'EUR',
    channels: [{ channel: 12, budget: '10', min_share: 0.1, colour: [1, { a: null }] }],
    target_cpa: '0.000001',
    starts_at: '2026-02-01T00:00:00+01:00',
    ends_at: null,
    extra: 12,
  };
  assert.deepEqual(eventOf(decodeText(JSON.stringify({ type: 'campaign.created', data }))).data, {
    campaign_id: '7',
    daily_budget: 1000.5,
    currency: 'EUR',
    channels: [{ channel: '12', budget: 10, min_share: 0.1, colour: [1, { a: null }] }],
    target_cpa: 0.000001,
    starts_at: Date.UTC(2026, 0, 31, 23),
    ends_at: null,
    extra: 12,
  });
});

test('fields as text: numbers, true and false, lists and objects', () => {
  const event = eventOf(
    decodeFlatTexts({
      type: 'campaign.created',
      ts: String(ENTERED),
      campaign_id: '0012',
      daily_budget: '100',
      currency: 'EUR',
      channels: '[{"channel":"a","budget":"2.50"}]',
      application_cap: '40',
      application_caps: '{"j1":3}',
      unknown: '5',
    }),
  );
  assert.deepEqual(event.data, {
    campaign_id: '0012',
    daily_budget: 100,
    currency: 'EUR',
    channels: [{ channel: 'a', budget: 2.5 }],
    application_cap: 40,
    application_caps: { j1: 3 },
    unknown: '5',
  });
});

test('the default id and time are those of the entry, or of the intake entry', () => {
  const texts = `[${[1, 2].map((n) => JSON.stringify({ type: 'content.opened', data: { ...lead, n } })).join()}]`;
  const ids = (more: object) =>
    decodeText(texts, more).map(
      (item) => item.kind === 'event' && [item.event.id, item.event.source, item.event.time, item.index],
    );
  assert.deepEqual(ids({}), [
    [`${ENTRY_ID}:0`, '', ENTERED, 0],
    [`${ENTRY_ID}:1`, '', ENTERED, 1],
  ]);
  const early = ENTERED - 5000;
  assert.deepEqual(ids({ m: `${early}-0:4,${early + 1}-2:0` }), [
    [`${early}-0:4`, '', early, 0],
    [`${early + 1}-2:0`, '', early + 1, 1],
  ]);
});

test('time may be called ts; null is absent', () => {
  assert.equal(
    eventOf(decodeText(JSON.stringify({ type: 'content.opened', ts: ENTERED - 7, data: lead }))).time,
    ENTERED - 7,
  );
  const nulls = { id: null, source: null, time: null, type: 'content.opened', data: lead };
  assert.deepEqual(eventOf(decodeText(JSON.stringify(nulls))).id, `${ENTRY_ID}:0`);
});

test('a flat lead keeps its own source', () => {
  const event = eventOf(decodeFlatTexts({ type: 'lead.created', lead_id: '123', source: 'linkedin' }));
  assert.equal(event.source, '');
  assert.deepEqual(event.data, { lead_id: '123', source: 'linkedin' });
});

test('personal fields leave the data', () => {
  const data = { lead_id: 1, email: 'ana@example.com', name: 'Ana', timezone: 'Europe/Madrid' };
  const event = eventOf(decodeText(JSON.stringify({ type: 'lead.created', data })));
  assert.deepEqual(event.data, { lead_id: '1', timezone: 'Europe/Madrid' });
  assert.deepEqual(event.person, { email: 'ana@example.com', name: 'Ana' });
  const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
  const click = eventOf(
    decodeText(
      JSON.stringify({
        type: 'campaign.click',
        ...CLICK,
        user_agent: agent,
        ip_address: '10.1.2.3',
        session_id: 77,
      }),
    ),
  );
  assert.deepEqual(click.data, { ...CLICK, user_agent: 'firefox', ip_address: '10.1.2.0/24' });
  assert.equal(click.person, undefined);
  assert.equal('person' in eventOf(decodeText(JSON.stringify({ type: 'campaign.click', ...CLICK }))), false);
});

test('control entries', () => {
  const tick = JSON.stringify({ type: 'tick', time: ENTERED });
  const activated = JSON.stringify({ type: 'rules.activated', hash: 'a1', previous: 'b2' });
  assert.deepEqual(decodeText(tick), [{ kind: 'tick', time: ENTERED }]);
  assert.deepEqual(decodeText(activated), [{ kind: 'activated', hash: 'a1', previous: 'b2' }]);
  assert.deepEqual(decodeText('{"type":"rules.activated","hash":"a1","previous":null}'), [
    { kind: 'activated', hash: 'a1', previous: '' },
  ]);
  const imported = JSON.stringify({ type: 'history.imported', until: ENTERED });
  assert.deepEqual(decodeText(imported), [{ kind: 'imported', until: ENTERED }]);
  assert.equal(letterOf(decodeText('{"type":"history.imported","until":"soon"}')).reason, 'bad_time');
  for (const text of [tick, activated, imported]) {
    assert.equal(letterOf(decodeText(text, { m: '1-0:0' })).reason, 'reserved_type');
    assert.equal(letterOf(decodeText(`[${text}]`)).reason, 'reserved_type');
  }
  assert.equal(letterOf(decodeFlatTexts({ type: 'tick', time: String(ENTERED) })).reason, 'reserved_type');
  assert.equal(letterOf(decodeText('{"type":"tick","time":"soon"}')).reason, 'bad_time');
  assert.equal(letterOf(decodeText('{"type":"rules.activated","hash":5}')).reason, 'bad_field');
  assert.equal(letterOf(decodeText('{"type":"decision.score"}')).reason, 'reserved_type');
});

const opened = (change: object) => JSON.stringify({ ...OPENED, data: lead, ...change });
const click = (cost: string) =>
  `{"type":"campaign.click","data":{"campaign_id":"c1","channel":"a","cost":${cost}}}`;
const nested = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`;

const refused: [name: string, text: string, reason: DeadReason, problem: RegExp][] = [
  ['nothing', '', 'bad_json', /ends too early/],
  ['broken JSON', '{"type":"content.opened",', 'bad_json', /not JSON: .*at character 26/],
  ['NaN', click('NaN'), 'bad_json', /unexpected "N"/],
  ['an empty list', '[]', 'not_an_event', /the list is empty/],
  ['a number', '5', 'not_an_event', /is 5/],
  ['null', 'null', 'not_an_event', /is null/],
  ['no type', '{"lead_id":1}', 'not_an_event', /type must be text, is absent/],
  ['a number as type', '{"type":1}', 'not_an_event', /is 1/],
  ['data that is no object', opened({ data: [] }), 'not_an_event', /data must be an object, is a list/],
  ['data that is null', opened({ data: null }), 'not_an_event', /is null/],
  ['an unknown type', opened({ type: 'content.open' }), 'unknown_type', /did you mean content.opened\?/],
  ['a name of Object.prototype', opened({ type: 'toString' }), 'unknown_type', /unknown type/],
  ['a missing field', opened({ data: { lead_id: 1 } }), 'bad_field', /content_id is missing/],
  [
    'a wrong field',
    opened({ data: { ...lead, content_type: 5 } }),
    'bad_field',
    /content_type must be text, is 5/,
  ],
  ['an empty id', opened({ id: '' }), 'bad_id', /^id must be 1 to 200 characters/],
  ['a fraction as id', opened({ id: 1.5 }), 'bad_id', /is 1.5/],
  ['an object as id', opened({ id: {} }), 'bad_id', /is an object/],
  ['a long id', opened({ id: 'x'.repeat(201) }), 'bad_id', /…"$/],
  ['CRLF in an id', opened({ id: 'a\r\nb' }), 'bad_id', /"a\\r\\nb"/],
  ['a lone surrogate in an id', opened({ id: '\ud800' }), 'bad_id', /ud800/],
  ['CRLF in an entity id', opened({ data: { ...lead, lead_id: 'a\r\nb' } }), 'bad_id', /^lead_id must be/],
  ['an inexact entity id', opened({ data: { ...lead, lead_id: 2 ** 53 } }), 'bad_id', /^lead_id/],
  ['CRLF in the source', opened({ source: 'a\nb' }), 'bad_id', /^source must be text/],
  ['a number as source', opened({ source: 7 }), 'bad_id', /is 7/],
  ['a time without zone', opened({ time: '2026-01-05T00:00:00' }), 'bad_time', /^time must be RFC 3339/],
  ['seconds', opened({ time: 1_767_571_200 }), 'bad_time', /these look like seconds/],
  ['another century', opened({ time: '2126-01-05T00:00:00Z' }), 'bad_time', /from 2000 to 2099/],
  ['future', opened({ time: ENTERED + 300_001 }), 'future_time', /5 minutes ahead/],
  ['7 decimals', click('0.3312001'), 'bad_money', /^cost must be an amount.* is "0.3312001"/],
  ['7 decimals that are zeros', click('0.3312000'), 'bad_money', /cost/],
  ['7 decimals in text', click('"0.3312001"'), 'bad_money', /cost/],
  ['an exponent', click('1e2'), 'bad_money', /is "1e2"/],
  ['a sign', click('-1'), 'bad_money', /is -1/],
  ['a negative zero', click('-0'), 'bad_money', /cost/],
  ['a sign in text', click('"+1"'), 'bad_money', /cost/],
  ['NaN in text', click('"NaN"'), 'bad_money', /is "NaN"/],
  ['too much money', click('1000000000.01'), 'bad_money', /cost/],
  ['money that is an object', click('{}'), 'bad_field', /cost must be a number, is an object/],
  ['a megabyte', opened({ data: { ...lead, note: 'x'.repeat(1 << 20) } }), 'too_large', /65536 bytes/],
  [
    '9 KiB in a field',
    opened({ data: { ...lead, note: 'x'.repeat(9000) } }),
    'too_large',
    /^data.note has more than 8192/,
  ],
  [
    '9 KiB in a field in UTF-8',
    opened({ data: { ...lead, note: ['é'.repeat(4500)] } }),
    'too_large',
    /^data.note\[0\]/,
  ],
  ['33 levels', `{"type":"content.opened","x":${nested(32)}}`, 'too_large', /deeper than 32/],
  [
    '__proto__',
    '{"type":"content.opened","__proto__":{"a":1}}',
    'forbidden_key',
    /__proto__ is not allowed$/,
  ],
  [
    '__proto__ inside',
    '{"type":"content.opened","data":{"m":[{"__proto__":1}]}}',
    'forbidden_key',
    /in data.m\[0\]/,
  ],
  ['escaped __proto__', '{"type":"content.opened","\\u005f_proto__":1}', 'forbidden_key', /__proto__/],
  [
    'constructor',
    opened({ data: { ...lead, a: { constructor: 1 } } }),
    'forbidden_key',
    /constructor .* in data.a/,
  ],
  ['prototype beside data', opened({ prototype: {} }), 'forbidden_key', /prototype/],
  ['a forbidden key beside data', opened({ trace: { constructor: 1 } }), 'forbidden_key', /in trace/],
];

for (const [name, text, reason, problem] of refused)
  test(`dead letter: ${name}`, () => {
    const letter = letterOf(decodeText(text));
    assert.equal(letter.reason, reason, letter.problem);
    assert.match(letter.problem, problem);
    assert.deepEqual([letter.raw, letter.encoding, letter.entry, letter.index], [text, 'utf8', ENTRY_ID, 0]);
  });

test('a list deeper than any stack is one letter', () => {
  const letter = letterOf(decodeText(nested(30_000)));
  assert.equal(letter.reason, 'not_an_event');
  assert.equal(letter.raw.length, 59_999);
});

test('budgets have at most 2 decimals', () => {
  const created = {
    type: 'campaign.created',
    campaign_id: 'c1',
    currency: 'EUR',
    channels: [{ channel: 'a', budget: 0.125 }],
    daily_budget: 10,
  };
  const letter = letterOf(decodeText(JSON.stringify(created)));
  assert.deepEqual(
    [letter.reason, letter.problem],
    ['bad_money', 'channels[0].budget is a budget: at most 2 decimals, is 0.125'],
  );
  assert.equal(
    letterOf(decodeText(JSON.stringify({ ...created, daily_budget: '1.001' }))).reason,
    'bad_money',
  );
  const exponent = JSON.stringify({ ...created, channels: [{ channel: 'a', budget: 0 }] }).replace(
    '"budget":0',
    '"budget" : 1E2',
  );
  assert.equal(letterOf(decodeText(exponent)).problem.startsWith('channels[0].budget must be'), true);
});

test('numbers that are no money may be written in any way', () => {
  const event = eventOf(
    decodeText(
      '{"type":"campaign.click","campaign_id":"c1","channel":"a","cost":0.5,"lat":40.123456789,"note":"cost: 1e5","metadata":{"cost":1e5}}',
    ),
  );
  assert.deepEqual(
    [event.data.cost, event.data.lat, event.data.metadata],
    [0.5, 40.123456789, { cost: 1e5 }],
  );
});

test('the clock of the log does not know the future', () => {
  const text = opened({ time: ENTERED + 300_001 });
  assert.equal(eventOf(decodeText(text, {}, 'log')).time, ENTERED + 300_001);
  assert.equal(eventOf(decodeText(opened({ time: ENTERED + 300_000 }))).time, ENTERED + 300_000);
  assert.equal(
    letterOf(decodeText(opened({ time: ENTERED }), { m: `${ENTERED - 300_001}-0:0` })).reason,
    'future_time',
  );
});

test('bytes that are not UTF-8, and an entry with nothing, are dead letters', () => {
  const [bad] = decode({ id: ENTRY_ID, b: '/v8=', m: '7-0:2' }, builtInEvents, { clock: 'live' });
  assert.deepEqual(bad, {
    kind: 'dead',
    id: '7-0:2',
    letter: {
      reason: 'bad_utf8',
      problem: 'the bytes are not UTF-8',
      entry: ENTRY_ID,
      index: 0,
      raw: '/v8=',
      encoding: 'base64',
    },
  });
  assert.equal(letterOf(decode({ id: ENTRY_ID }, builtInEvents, { clock: 'log' })).reason, 'not_an_event');
});

test('each bad element of a list is a letter of its own with its exact text; the good ones stay', () => {
  const good = opened({});
  const parts = [
    ' {"type" : "x.y"}',
    good,
    '\n5 ',
    `{"type":"content.opened","data":{"a":"],\\"}"}}`,
    opened({ data: { ...lead, note: 'y'.repeat(70_000) } }),
  ];
  const entry = { id: ENTRY_ID, d: `[${parts.join(',')}]`, m: '1-0:0,1-0:1,2-0:0,2-0:1,2-0:2' };
  const items = decode(entry, builtInEvents, { clock: 'log' });
  const told = items.map((item) =>
    item.kind === 'dead' ? [item.letter.reason, item.letter.raw, item.id, item.letter.index] : item.kind,
  );
  assert.deepEqual(told, [
    ['unknown_type', '{"type" : "x.y"}', '1-0:0', 0],
    'event',
    ['not_an_event', '5', '2-0:0', 2],
    ['bad_field', parts[3], '2-0:1', 3],
    ['too_large', parts[4], '2-0:2', 4],
  ]);
  assert.deepEqual(sourceText(entry, 1), { raw: good, encoding: 'utf8' });
});

test('personal values are not in the sentence about them', () => {
  const created = (fields: object) =>
    letterOf(decodeText(JSON.stringify({ type: 'lead.created', lead_id: 1, ...fields }))).problem;
  assert.equal(created({ email: 'canary' }), 'email must be an e-mail address');
  const broken = letterOf(decodeText('{"type":"lead.created","email":"canary" x')).problem;
  assert.doesNotMatch(broken, /canary/);
});
