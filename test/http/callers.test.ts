/** Callers over HTTP: who is counted, who logs in with a cookie, what is answered once, and what the audit trail says. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditRecord } from '../../src/core/history/audit-record.ts';
import { type StoredToken, tokenDigest } from '../../src/http/access.ts';
import { type AppOptions, createApp } from '../../src/http/app.ts';
import { PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import { RateLimit } from '../../src/http/rate-limit.ts';
import type { KeptAnswer, KeptAnswers } from '../../src/processor/kept-answers.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { fakeHistory } from './fake-history.ts';

const loaded = loadRuleSet([
  {
    path: 'a.yaml',
    text: 'timezone: UTC\nentities:\n  lead: { key: lead_id }\n---\nfeatures:\n  lead: { opens: { count: content.opened } }\n',
  },
]);
assert.ok(loaded.ok, JSON.stringify(loaded));
const { plan } = loaded;
const START = Date.UTC(2026, 0, 5, 12);

function fakeKept(): KeptAnswers & {
  readonly stored: Map<string, { request: string; answer?: KeptAnswer }>;
} {
  const stored = new Map<string, { request: string; answer?: KeptAnswer }>();
  return {
    stored,
    begin: async (key, request) => {
      const found = stored.get(key);
      if (!found) stored.set(key, { request });
      return !found ? 'first' : found.request !== request ? 'other' : (found.answer ?? 'busy');
    },
    keep: async (key, request, answer) => void stored.set(key, { request, answer }),
    forget: async (key) => void stored.delete(key),
  };
}

function house(more: Partial<AppOptions> = {}) {
  const written: string[] = [];
  const trail: AuditRecord[] = [];
  const sessions = new Map<string, string>();
  const state = {
    now: START,
    full: false,
    tokens: (['admin', 'viewer', 'producer'] as const).map(
      (role): StoredToken => ({ name: `the ${role}`, role, sha256: tokenDigest(role) }),
    ),
  };
  const log = { append: async ({ d }: { d?: string }) => `${written.push(d ?? '')}-0` };
  const kept = fakeKept();
  const app = createApp({
    version: '0',
    access: { tokens: () => state.tokens, remoteAddress: () => '192.0.2.7' },
    plan: () => plan,
    history: fakeHistory({}),
    logs: Array.from({ length: plan.settings.partitions }, () => log),
    retention: 86_400_000,
    readEntity: async () => undefined,
    clock: { now: () => state.now, sleep: async () => undefined },
    meter: new PrometheusMeter(),
    isFull: () => state.full,
    notReady: async () => undefined,
    keptAnswers: kept,
    audit: async (record: AuditRecord) => void trail.push(record),
    sessions: {
      open: async (session, token) => void sessions.set(session, token),
      find: async (session) => sessions.get(session),
      close: async (session) => void sessions.delete(session),
    },
    ...more,
  } as AppOptions);
  const ask = (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
    app.request(`http://weir.test${path}`, { ...init, headers: { host: 'weir.test', ...init.headers } });
  return { ask, written, trail, sessions, state, kept };
}

const as = (role: string) => ({ authorization: `Bearer ${role}` });
const JSON_TYPE = { 'content-type': 'application/json' };
const EVENT = JSON.stringify({ type: 'content.opened', data: { lead_id: 1, content_id: 'a' } });

test('a request with an Idempotency-Key is carried out once, and answered the same', async () => {
  const { ask, written } = house();
  const post = (key: string, body: string, role = 'producer', path = '/v1/events') =>
    ask(path, { method: 'POST', headers: { ...as(role), ...JSON_TYPE, 'idempotency-key': key }, body });
  const first = await post('k', EVENT);
  const again = await post('k', EVENT);
  assert.equal(first.status, 202);
  assert.equal(again.status, 202);
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  assert.equal(again.headers.get('content-type'), first.headers.get('content-type'));
  assert.equal(await again.text(), await first.text());
  assert.equal(written.length, 1);
  const other = await post('k', EVENT.replace('"a"', '"b"'));
  assert.equal(other.status, 422);
  assert.equal(((await other.json()) as { type: string }).type, '/problems/idempotency-key-reused');
  // of another caller it is another key
  assert.equal((await post('k', EVENT, 'admin')).status, 202);
  assert.equal(written.length, 2);
  for (const bad of ['', 'x'.repeat(201)]) assert.equal((await post(bad, EVENT)).status, 400);
});

test('what failed may be tried again under the same key, and what is under way is told', async () => {
  const { ask, kept, state, written } = house();
  const post = () =>
    ask('/v1/events', {
      method: 'POST',
      headers: { ...as('producer'), ...JSON_TYPE, 'idempotency-key': 'k' },
      body: EVENT,
    });
  state.full = true;
  assert.equal((await post()).status, 429);
  assert.equal(kept.stored.size, 0);
  state.full = false;
  assert.equal((await post()).status, 202);
  const [key, { request }] = [...kept.stored][0] as [string, { request: string }];
  kept.stored.set(key, { request });
  const busy = await post();
  assert.equal(busy.status, 409);
  assert.equal(busy.headers.get('retry-after'), '1');
  assert.equal(written.length, 1);
});

test('a caller who asks too often waits, and nobody else does', async () => {
  const { ask, state } = house({ requestsPerSecond: 5 });
  const asked = async (role: string) => (await ask('/v1/reports', { headers: as(role) })).status;
  for (let i = 0; i < 10; i++) assert.equal(await asked('viewer'), 200);
  const refused = await ask('/v1/reports', { headers: as('viewer') });
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), '1');
  assert.equal(await asked('admin'), 200);
  assert.equal((await ask('/healthz')).status, 200);
  state.now += 1_000;
  assert.equal(await asked('viewer'), 200);
  // guesses are counted by address
  const guesses: number[] = [];
  for (let i = 0; i < 20; i++) guesses.push(await asked(`guess ${i}`));
  assert.ok(guesses.includes(401) && guesses.at(-1) === 429, guesses.join());
});

test('buckets fill steadily, and only so many callers are remembered', () => {
  const limit = new RateLimit();
  assert.equal(limit.take('slow', 0.5, START), 0);
  assert.equal(limit.take('slow', 0.5, START), 2);
  assert.equal(limit.take('slow', 0.5, START + 2_000), 0);
  for (let i = 0; i < 10_000; i++) limit.take(String(i), 1, START);
  // forgotten, and so full again
  assert.equal(limit.take('slow', 0.5, START + 2_000), 0);
  // a clock that goes back takes nothing away
  assert.equal(limit.take('back', 1, START), 0);
  assert.equal(limit.take('back', 1, START - 60_000), 0);
});

test('a token shown once is a cookie, which only pages of this weir may change things with', async () => {
  const { ask, sessions, state, written } = house();
  const login = (token: string, headers: Record<string, string> = {}) =>
    ask('/v1/session', {
      method: 'POST',
      headers: { ...JSON_TYPE, ...headers },
      body: JSON.stringify({ token }),
    });
  assert.equal((await login('wrong')).status, 401);
  assert.equal((await login('admin', { origin: 'https://evil.example' })).status, 403);
  const entered = await login('admin', { origin: 'http://weir.test' });
  assert.equal(entered.status, 200);
  const set = entered.headers.get('set-cookie') as string;
  for (const mark of ['HttpOnly', 'SameSite=Strict', 'Path=/']) assert.ok(set.includes(mark), set);
  assert.ok(!set.includes('Secure'));
  assert.ok(
    (await login('admin', { 'x-forwarded-proto': 'https' })).headers.get('set-cookie')?.includes('Secure'),
  );
  const cookie = set.split(';', 1)[0] as string;
  assert.ok(!JSON.stringify([...sessions]).includes(cookie.split('=')[1] as string), 'only its hash is kept');

  const who = (await (await ask('/v1/session', { headers: { cookie } })).json()) as { name: string };
  assert.equal(who.name, 'the admin');
  const send = async (headers: Record<string, string>) =>
    (await ask('/v1/events', { method: 'POST', headers: { cookie, ...JSON_TYPE, ...headers }, body: EVENT }))
      .status;
  for (const origin of ['https://evil.example', 'null', 'http://weir.test.evil.example', undefined])
    assert.equal(await send(origin === undefined ? {} : { origin }), 403, String(origin));
  assert.equal(written.length, 0);
  assert.equal(await send({ origin: 'http://weir.test' }), 202);
  // a token in the header stands above the cookie
  assert.equal((await ask('/v1/audit', { headers: { cookie, ...as('viewer') } })).status, 403);

  const tokens = state.tokens;
  state.tokens = tokens.filter(({ role }) => role !== 'admin');
  assert.equal((await ask('/v1/session', { headers: { cookie } })).status, 401, 'its token was taken back');
  state.tokens = tokens;
  const leave = (headers: Record<string, string>) => ask('/v1/session', { method: 'DELETE', headers });
  assert.equal((await leave({ cookie })).status, 403);
  assert.equal((await leave({ cookie, origin: 'http://weir.test' })).status, 200);
  assert.equal((await ask('/v1/session', { headers: { cookie } })).status, 401);
});

test('the audit trail has who changed what, and what came of it, also of those who may not', async () => {
  const { ask, trail } = house();
  await ask('/v1/leads/7?dry_run=true', { method: 'DELETE', headers: as('admin') });
  await ask('/v1/leads/7', { method: 'DELETE', headers: as('viewer') });
  await ask('/v1/leads/7', { method: 'DELETE' });
  await ask('/v1/reports', { headers: as('admin') });
  await ask('/v1/events', { method: 'POST', headers: { ...as('admin'), ...JSON_TYPE }, body: EVENT });
  const told = trail.map(({ id: _id, ...rest }) => rest);
  const record = { at: START, action: 'DELETE /v1/leads/{id}', detail: {} };
  assert.deepEqual(told, [
    { ...record, by: 'the admin', role: 'admin', subject: '/v1/leads/7?dry_run=true', status: 200 },
    { ...record, by: 'the viewer', role: 'viewer', subject: '/v1/leads/7', status: 403 },
  ]);
});

test('a trail that cannot be written is told to whoever runs weir', async () => {
  const notices: string[] = [];
  const { ask } = house({
    audit: async () => {
      throw new Error('away');
    },
    onNotice: (notice) => void notices.push(notice),
  });
  const answer = await ask('/v1/leads/7?dry_run=true', { method: 'DELETE', headers: as('admin') });
  assert.equal(answer.status, 200);
  assert.deepEqual(notices, ['the audit trail could not be written']);
});
