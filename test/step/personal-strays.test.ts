/** Personal fields that an event type does not declare: made coarse or left out, wherever they cannot mean anything else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInEvents } from '../../src/rules/events/catalogue.ts';
import { decode } from '../../src/step/decode.ts';

function dataOf(type: string, fields: object): Record<string, unknown> {
  const entry = { id: '1767571200000-0', d: JSON.stringify({ type, data: fields }) };
  const [item] = decode(entry, builtInEvents, { clock: 'log' });
  assert.equal(item?.kind, 'event', JSON.stringify(item));
  return item?.kind === 'event' ? { ...item.event.data, person: item.event.person } : {};
}

const STRAYS = {
  email: 'canary@example.com',
  ip_address: '203.0.113.77',
  user_agent: 'Mozilla/5.0 Firefox/140.0',
  session_id: 'canary',
};

test('an address is cut, a browser is its family, and what names somebody is left out', () => {
  const data = dataOf('content.completed', {
    lead_id: 1,
    content_id: 'c',
    ...STRAYS,
    name: 'Canary',
    note: 'n',
  });
  const kept = {
    lead_id: '1',
    content_id: 'c',
    ip_address: '203.0.113.0/24',
    user_agent: 'firefox',
    note: 'n',
  };
  assert.deepEqual(data, { ...kept, person: undefined });
});

test('what is no address is not kept as one', () => {
  for (const ip_address of ['canary@example.com', '2001:db8::1', 'x.1', '', 7])
    assert.equal(dataOf('email.sent', { lead_id: 1, email_id: 'e', ip_address }).ip_address, null);
});

test('a name that is personal only of leads stays where it is the name of something else', () => {
  assert.equal(
    dataOf('campaign.click', { campaign_id: 'c', channel: 'x', cost: 1, name: 'Spring' }).name,
    'Spring',
  );
  const created = {
    campaign_id: 'c',
    daily_budget: 1,
    currency: 'EUR',
    channels: [],
    name: 'Spring',
    email: 'a@b.c',
  };
  const { name, email } = dataOf('campaign.created', created);
  assert.deepEqual([name, email], ['Spring', undefined]);
});
