/** What an event moves, told before and after it came. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../src/core/entry.ts';
import { type AppOptions, createApp } from '../../src/http/app.ts';
import { PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { fakeHistory } from './fake-history.ts';

const loaded = loadRuleSet([
  {
    path: 'a.yaml',
    text: `timezone: UTC
entities:
  lead: { key: lead_id }
---
features:
  lead:
    opens: { count: content.opened }
    sends: { count: content.sent }
---
rule: curious
description: d
owner: o@example.com
version: 1
for: lead
value: opens
---
rule: keen
description: d
owner: o@example.com
version: 1
for: lead
value: curious * 2
`,
  },
]);
assert.ok(loaded.ok, JSON.stringify(loaded));
const { plan } = loaded;
const NOW = Date.UTC(2026, 0, 5, 12);

function open(newest: readonly { partition: number; entry: Entry }[] = []) {
  const app = createApp({
    version: '0',
    access: { tokens: () => [], remoteAddress: () => '127.0.0.1' },
    plan: () => plan,
    history: { ...fakeHistory({}), event: async () => undefined, asOfAll: async () => [NOW] },
    logs: [],
    retention: 86_400_000,
    readEntity: async () => undefined,
    clock: { now: () => NOW, sleep: async () => undefined },
    meter: new PrometheusMeter(),
    isFull: () => false,
    notReady: async () => undefined,
    feed: { newest: async () => newest },
  } as unknown as AppOptions);
  return async (path: string) => {
    const answer = await app.request(path, { headers: { host: 'localhost' } });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
}

test('a type tells what it feeds, and every rule behind that', async () => {
  const get = open();
  const opened = {
    type: 'content.opened',
    schema: '/v1/schemas/content.opened',
    features: ['lead.opens'],
    rules: ['curious', 'keen'],
  };
  assert.deepEqual(await get('/v1/event-types/content.opened'), { status: 200, body: opened });
  const { event_types: all } = (await get('/v1/event-types')).body as { event_types: { type: string }[] };
  assert.deepEqual(
    all.find(({ type }) => type === 'content.opened'),
    opened,
  );
  assert.deepEqual(
    all.find(({ type }) => type === 'lead.erased'),
    { type: 'lead.erased', schema: '/v1/schemas/lead.erased', features: [], rules: [] },
  );
  const { status, body } = await get('/v1/event-types/content.openend');
  assert.deepEqual([status, body.did_you_mean], [404, 'content.opened']);
});

test('an event that came a moment ago is received, without what is personal', async () => {
  const event = {
    ...{ id: 'e1', source: 'crm', type: 'content.opened', time: new Date(NOW).toISOString() },
    data: { lead_id: '1', content_id: 'c', user_agent: 'Mozilla/5.0 Firefox/140.0', email: 'a@example.com' },
  };
  const get = open([
    { partition: 3, entry: { id: '7-1', d: JSON.stringify([{ ...event, id: 'e0' }, event]) } },
  ]);
  const { status, body } = await get('/v1/events/e1?source=crm');
  assert.equal(status, 200);
  assert.deepEqual(
    [body.status, body.features, body.rules],
    ['received', ['lead.opens'], ['curious', 'keen']],
  );
  const [told] = body.events as { partition: number; entry: string; item: number; data: object }[];
  assert.deepEqual([told?.partition, told?.entry, told?.item], [3, '7-1', 1]);
  assert.deepEqual(told?.data, { lead_id: '1', content_id: 'c', user_agent: 'firefox' });
  assert.equal((await get('/v1/events/e1?source=other')).status, 404);
  assert.equal((await get('/v1/events/e2')).status, 404);
});
