/** Dead letters checked again: what would arrive now, under which id, and what is still refused. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../src/core/entry.ts';
import type { KeptLetter } from '../../src/core/history/kept-letter.ts';
import type { Log } from '../../src/core/ports.ts';
import { HOUR } from '../../src/core/units.ts';
import { type Checked, checkLetter, sendLetters } from '../../src/processor/redrive.ts';
import { builtInEvents } from '../../src/rules/events/catalogue.ts';
import { decode } from '../../src/step/decode.ts';

const THEN = Date.UTC(2026, 0, 5, 9);
const NOW = THEN + HOUR;

function letter(text: string | Uint8Array, more: Partial<KeptLetter> = {}): KeptLetter {
  return {
    ...{ id: `2:${THEN}-1`, partition: 2, at: THEN, reason: 'bad_field', problem: 'p', type: null },
    ...{ entry: `${THEN}-0`, item: 3, state: 'open', marked: null, raw: Buffer.from(text) },
    ...more,
  };
}

const check = (one: KeptLetter, text?: string) => checkLetter(one, text, builtInEvents, NOW);

const OPENED = { type: 'content.opened', data: { lead_id: 7, content_id: 'a' } };

async function written(checked: Checked): Promise<Entry[]> {
  assert.ok(checked.ok, JSON.stringify(checked));
  const entries: Entry[] = [];
  const log = {
    append: async (entry: Omit<Entry, 'id'>) => `${entries.push({ id: `${NOW}-9`, ...entry })}-0`,
  };
  await sendLetters([checked], builtInEvents, [log, log, log] as unknown as Log[]);
  return entries;
}

test('an event keeps its id and source; one without gets the same one however often it is sent', async () => {
  const given = check(letter(JSON.stringify({ ...OPENED, id: 'e-1', source: 'crm' })));
  assert.deepEqual(given.ok && given.event, { id: 'e-1', source: 'crm', type: 'content.opened' });
  for (const now of [NOW, NOW + HOUR]) {
    const without = checkLetter(letter(JSON.stringify(OPENED)), undefined, builtInEvents, now);
    assert.equal(without.ok && without.event.id, `${THEN}-0.dead.2.3.0`);
    const [entry] = await written(without);
    const [item] = decode(entry as Entry, builtInEvents, { clock: 'live' });
    // as it will be applied: under that id, and at the time when it first arrived
    assert.ok(item?.kind === 'event');
    assert.deepEqual([item.event.id, item.event.time], [`${THEN}-0.dead.2.3.0`, THEN]);
  }
});

test('an event from the future is sent once its time has come, and never before', async () => {
  const ahead = (by: number) => JSON.stringify({ ...OPENED, time: new Date(NOW + by).toISOString() });
  const soon = check(letter(ahead(HOUR), { reason: 'future_time' }));
  assert.equal(!soon.ok && soon.reason, 'future_time');
  const [entry] = await written(check(letter(ahead(-1), { reason: 'future_time' })));
  assert.equal(decode(entry as Entry, builtInEvents, { clock: 'live' })[0]?.kind, 'event');
});

test('fields of a flat entry are sent as they came: as text', async () => {
  const flat = JSON.stringify({
    type: 'campaign.created',
    campaign_id: 'c1',
    daily_budget: '200',
    currency: 'EUR',
    channels: '[{"channel":"jooble","budget":100}]',
  });
  const [entry] = await written(check(letter(flat)));
  assert.ok(entry?.f !== undefined && entry.d === undefined);
  assert.equal(decode(entry, builtInEvents, { clock: 'live' })[0]?.kind, 'event');
});

test('what is still wrong says so', () => {
  const refused = (checked: Checked) => (checked.ok ? 'sent' : checked.reason);
  assert.equal(refused(check(letter('{"type":"content.open"}'))), 'unknown_type');
  assert.equal(refused(check(letter('{'))), 'bad_json');
  assert.equal(refused(check(letter('[]'))), 'not_an_event');
  assert.equal(refused(check(letter(JSON.stringify([OPENED])))), 'not_an_event');
  assert.equal(refused(check(letter(Uint8Array.of(0x22, 0xff, 0x22)))), 'bad_utf8');
  assert.equal(refused(check(letter('{"type":"tick","time":1}'))), 'reserved_type');
  const { raw: _forgotten, ...without } = letter('');
  assert.equal(refused(check(without)), 'forgotten');
  // mended by hand
  assert.equal(refused(check(letter('{'), JSON.stringify(OPENED))), 'sent');
  assert.equal(refused(check(without, JSON.stringify(OPENED))), 'sent');
  const conflict = letter(JSON.stringify({ ...OPENED, id: 'e-1' }), { reason: 'id_conflict' });
  assert.equal(refused(check(conflict)), 'id_conflict');
  assert.equal(refused(check(conflict, JSON.stringify({ ...OPENED, id: 'e-2' }))), 'sent');
});
