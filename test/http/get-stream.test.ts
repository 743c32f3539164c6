/** The live feed over HTTP: what is wanted and nothing else, positions to go on from, and an end. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ServerEvent, serverEvents } from '../../src/cli/server-events.ts';
import type { Decision } from '../../src/core/decision.ts';
import type { Entry } from '../../src/core/entry.ts';
import { type AppOptions, createApp } from '../../src/http/app.ts';
import { readPlace, readWatchPlace, writePlace, writeWatchPlace } from '../../src/http/feed-events.ts';
import { PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import type { LiveFeed } from '../../src/processor/live-feed.ts';
import type { FeedPlace, FeedRow, LivePages } from '../../src/processor/live-pages.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';

const loaded = loadRuleSet([
  {
    path: 'a.yaml',
    text: `timezone: UTC
entities:
  lead: { key: lead_id }
---
features:
  lead: { opens: { count: content.opened } }
---
rule: alarm
description: d
owner: o@example.com
version: 1
for: lead
pick: [{ name: many, when: opens > 2, severity: high, message: m }]
`,
  },
]);
assert.ok(loaded.ok, JSON.stringify(loaded));
const { plan } = loaded;
const NOW = Date.UTC(2026, 0, 5, 12);

function decision(seq: number, rule: string, entity: string, more: Partial<Decision> = {}): string {
  return JSON.stringify({
    ...{ id: `0-1-${seq}`, rule, version: 1, mode: 'live', rules: 'h', kind: 'lead', entity, time: NOW },
    ...{ entry: '1-0', cause: { event: 'e', type: 'content.opened' }, value: seq, old: null, reasons: [] },
    ...more,
  });
}

/** Streams in memory. */
function fakePages<Row>(streams: readonly (readonly FeedRow<Row>[])[]): LivePages<Row> {
  const at = (place: FeedPlace, partition: number) => Number((place[partition] as string).split('-')[0]);
  return {
    end: async () => streams.map((rows) => `${rows.length}-0`),
    isWhole: async (place) => place.every((_, i) => at(place, i) <= (streams[i]?.length ?? -1)),
    next: async (place) =>
      streams.flatMap((rows, partition) => {
        const from = at(place, partition);
        return rows.length > from
          ? [{ partition, to: `${from + 1}-0`, rows: rows.slice(from, from + 1) }]
          : [];
      }),
  };
}

function fakeFeed(outboxes: readonly string[][], logs: readonly Entry[][]): LiveFeed {
  const rowOf = <Row>(row: Row) => ({ row, length: 1 });
  return {
    outboxes: fakePages(outboxes.map((texts) => texts.map(rowOf))),
    logs: fakePages(logs.map((entries) => entries.map(rowOf))),
    counts: async () => ({ entries: 7, published: outboxes.flat().length }),
    newest: async () => [],
  };
}

function open(outboxes: string[][], logs: Entry[][] = outboxes.map(() => [])) {
  const closing = new AbortController();
  let now = NOW;
  const app = createApp({
    version: '0',
    access: { tokens: () => [], remoteAddress: () => '127.0.0.1' },
    plan: () => plan,
    logs: [],
    retention: 86_400_000,
    readEntity: async () => undefined,
    clock: {
      now: () => now,
      // time flies while nothing comes
      sleep: async (duration: number) => {
        now += duration;
        await new Promise((resolve) => setImmediate(resolve));
      },
    },
    meter: new PrometheusMeter(),
    isFull: () => false,
    notReady: async () => undefined,
    feed: fakeFeed(outboxes, logs),
    closing: closing.signal,
  } as unknown as AppOptions);
  const watch = async (query: string, count: number, headers: Record<string, string> = {}) => {
    const answer = await app.request(`/v1/stream?${query}`, { headers: { host: 'localhost', ...headers } });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
    const events: ServerEvent[] = [];
    if (count > 0)
      for await (const event of serverEvents(answer.body ?? [])) {
        events.push(event);
        if (events.length >= count) break;
      }
    return events;
  };
  return { app, watch, closing };
}

test('a place reads as it was written, and nothing else does', () => {
  const place = ['0-0', '1795341803674-3'];
  assert.deepEqual(readPlace(writePlace(place)), place);
  for (const bad of ['', 'x', '1:0-0', '0:0-0,0:1-1', '0:1', '0:1-1;1:1-1'])
    assert.equal(readPlace(bad), undefined);
});

test('a place of outboxes and logs reads as it was written, and nothing else does', () => {
  for (const place of [
    { outboxes: ['1-0', '2-0'], logs: ['3-0', '4-1'] },
    { outboxes: ['1-0'], logs: undefined },
  ])
    assert.deepEqual(readWatchPlace(writeWatchPlace(place)), place);
  for (const bad of ['', ';', '0:1-0;', ';0:1-0', '0:1-0;x', '0:1-0;0:1-0;0:1-0'])
    assert.equal(readWatchPlace(bad), undefined, bad);
});

const opened = (id: string, lead: string, more: object = {}) => ({
  ...{ id, type: 'content.opened', source: 'crm', time: new Date(NOW).toISOString() },
  data: { lead_id: lead, content_id: 'guide-1', user_agent: 'Mozilla/5.0 (X11) Firefox/140.0', ...more },
});

test('events are told without personal fields; ticks and what is refused are not told', async () => {
  const entry = (id: string, value: unknown): Entry => ({ id, d: JSON.stringify(value) });
  const { watch } = open(
    [[decision(1, 'score', '1')]],
    [
      [
        entry('1-0', { type: 'tick', time: NOW }),
        entry('2-0', [opened('e1', '1', { email: 'ada@example.com' }), opened('e2', '2')]),
        entry('3-0', { type: 'content.opened', data: {} }),
        entry('4-0', { id: 'e3', type: 'lead.created', data: { lead_id: '3', email: 'bo@example.com' } }),
      ],
    ],
  );
  const from = { 'last-event-id': '0:0-0;0:0-0' };
  const all = (await watch('topics=events,decisions', 5, from)).filter(({ data }) => data);
  assert.deepEqual(
    all.map(({ name, data }) => `${name} ${(data as { id?: string }).id ?? ''}`),
    ['decision ', 'event e1', 'event e2', 'event e3'],
  );
  const [, first] = all;
  assert.deepEqual(first?.data, {
    ...{ id: 'e1', source: 'crm', type: 'content.opened', time: new Date(NOW).toISOString() },
    ...{ kind: 'lead', entity: '1', partition: 0, entry: '2-0' },
    data: { lead_id: '1', content_id: 'guide-1' },
  });
  assert.doesNotMatch(JSON.stringify(all), /example\.com|Mozilla|firefox/);
  const ids = async (query: string, count: number) =>
    (await watch(`topics=events&${query}`, count + 1, from))
      .slice(1)
      .map(({ data }) => (data as { id: string }).id);
  assert.deepEqual(await ids('entity=lead:2', 1), ['e2']);
  assert.deepEqual(await ids('type=lead.created', 1), ['e3']);
  // the rule reads what content.opened feeds, and lead.created feeds nothing here
  assert.deepEqual(await ids('rule=alarm', 2), ['e1', 'e2']);
});

test('who asks for events goes on only from a place in the logs too', async () => {
  const { watch } = open([[]], [[{ id: '1-0', d: JSON.stringify(opened('e1', '1')) }]]);
  const [reset, place] = await watch('topics=events', 2, { 'last-event-id': '0:0-0' });
  assert.deepEqual([reset?.name, place?.id], ['reset', '0:0-0;0:1-0']);
  const [only] = await watch('topics=decisions', 1, { 'last-event-id': '0:0-0;0:0-0' });
  assert.equal(only?.id, '0:0-0');
});

test('a place of many partitions is long, and taken in the address too', async () => {
  const { watch } = open(
    Array.from({ length: 200 }, () => [] as string[]),
    Array.from({ length: 200 }, () => [] as Entry[]),
  );
  const place = Array.from({ length: 200 }, () => '0-0');
  const after = writeWatchPlace({ outboxes: place, logs: place });
  assert.ok(after.length > 2_000);
  const [first] = await watch(`topics=events&after=${after}`, 1);
  assert.deepEqual([first?.name, first?.id], ['message', after]);
});

test('what comes after a place is told, each once, and where to go on', async () => {
  const { watch } = open([
    [decision(1, 'score', '1'), decision(2, 'score', '2')],
    [decision(3, 'other', '1')],
  ]);
  const all = await watch('topics=decisions', 4, { 'last-event-id': '0:0-0,1:0-0' });
  const told = all.flatMap(({ data }) => (data ? [(data as { decision_id: string }).decision_id] : []));
  assert.deepEqual(told.sort(), ['0-1-1', '0-1-2', '0-1-3']);
  const first = all.find(({ id, data }) => id !== undefined && data !== undefined) as ServerEvent;
  assert.equal(first.id, '0:1-0,1:1-0');
  const rest = await watch(`topics=decisions&after=${first.id}`, 2);
  assert.deepEqual(
    rest.flatMap(({ data }) => (data ? [(data as { decision_id: string }).decision_id] : [])),
    ['0-1-2'],
  );
});

test('filters leave out the rest; anomalies and actions have events of their own', async () => {
  const line = { name: 'many', severity: 'high', message: 'm' };
  const { watch } = open([
    [
      decision(1, 'score', '1'),
      decision(2, 'alarm', '2', { value: [line], entered: ['many'] }),
      decision(3, 'budget', '2', { value: { action: 'move' } }),
      decision(4, 'score', '2', { cause: { timer: NOW } }),
    ],
  ]);
  const from = { 'last-event-id': '0:0-0' };
  const told = async (query: string, count: number) =>
    (await watch(query, count + 1, from)).slice(1).map(({ name, data }) => {
      const { decision: inner = data } = data as { decision?: unknown };
      return `${name} ${(inner as { decision_id: string }).decision_id}`;
    });
  assert.deepEqual(await told('topics=anomalies,actions', 2), ['anomaly 0-1-2', 'action 0-1-3']);
  assert.deepEqual(await told('topics=decisions&entity=lead:2&rule=score', 1), ['decision 0-1-4']);
  assert.deepEqual(await told('topics=decisions&rule=score&type=content.opened', 1), ['decision 0-1-1']);
});

test('a place that is no more begins anew and says so; without one it begins now', async () => {
  const { watch } = open([[decision(1, 'score', '1')]]);
  const [reset, place] = await watch('', 2, { 'last-event-id': '0:9-0' });
  assert.equal(reset?.name, 'reset');
  assert.equal(place?.id, '0:1-0');
  assert.equal((await watch('', 1, { 'last-event-id': 'nonsense' }))[0]?.name, 'reset');
  const [now, beat] = await watch('', 2);
  assert.deepEqual(now, { name: 'message', id: '0:1-0', data: undefined });
  // nothing comes: a heartbeat that says where to go on
  assert.deepEqual(beat, now);
});

const rateIn = (event: ServerEvent | undefined) =>
  (event?.data as { entries_per_second: number | null } | undefined)?.entries_per_second;

test('numbers come every few seconds where they are asked for', async () => {
  const { watch } = open([[decision(1, 'score', '1')]]);
  const [, first, second] = await watch('topics=stats', 3);
  assert.deepEqual([first?.name, rateIn(first)], ['stats', null]);
  assert.equal(rateIn(second), 0);
});

test('when weir closes, those who watch are sent away; HEAD watches nothing', async () => {
  const { app, closing } = open([[]]);
  const answer = await app.request('/v1/stream', { headers: { host: 'localhost' } });
  closing.abort();
  assert.match(await answer.text(), /^retry: 2000\n\nid: 0:0-0\n\n/);
  const head = await app.request('/v1/stream', { method: 'HEAD', headers: { host: 'localhost' } });
  assert.equal(await head.text(), '');
  assert.equal((await app.request('/v1/stream?topics=all', { headers: { host: 'localhost' } })).status, 400);
});

test('who takes nothing for a minute is let go', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let hungUp = 0;
  const { app } = open([[decision(1, 'alarm', '1')]]);
  const env = { outgoing: { destroy: () => (hungUp += 1) } };
  const answer = await app.request('/v1/stream', {}, env);
  assert.equal(answer.status, 200);
  t.mock.timers.tick(59_000);
  assert.equal(hungUp, 0);
  t.mock.timers.tick(1_000);
  assert.equal(hungUp, 1);
});
