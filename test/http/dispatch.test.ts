/** What holds for every route: strict queries and bodies, entity tags, methods, and problems for the rest. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Type from 'typebox';
import { readConfig } from '../../src/cli/read-config.ts';
import { type AppOptions, createApp } from '../../src/http/app.ts';
import { checkBody } from '../../src/http/check-body.ts';
import { PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import { routesOf } from '../../src/http/routes.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { root } from '../document-blocks.ts';
import { fakeHistory } from './fake-history.ts';

const loaded = loadRuleSet(readConfig(join(root, 'config')));
assert.ok(loaded.ok, JSON.stringify(loaded));
const { plan } = loaded;
const NOW = Date.UTC(2026, 0, 5, 12);

function open(more: Partial<AppOptions> = {}) {
  const app = createApp({
    version: '0',
    access: { tokens: () => [], remoteAddress: () => '127.0.0.1' },
    plan: () => plan,
    history: fakeHistory({}),
    logs: [],
    retention: 86_400_000,
    readAction: async () => undefined,
    readEntity: async () => undefined,
    clock: { now: () => NOW, sleep: async () => undefined },
    meter: new PrometheusMeter(),
    isFull: () => false,
    notReady: async () => undefined,
    ...more,
  });
  return (path: string, init: RequestInit = {}) =>
    app.request(path, { ...init, headers: { host: 'localhost', ...(init.headers as object) } });
}

const addressOf = (path: string) => path.replace(/\{\w+\*?\}/g, '1-1-1');

test('a parameter that no route takes is refused by every route, and one that is given twice', async () => {
  const ask = open();
  for (const { method, path, query } of routesOf(plan)) {
    const answer = await ask(`${addressOf(path)}?no_such=1`, { method });
    assert.equal(answer.status, 400, `${method} ${path}`);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
    assert.equal(((await answer.json()) as { type: string }).type, '/problems/unknown-parameter');
    const [name] = Object.keys(query);
    if (name === undefined) continue;
    const twice = await ask(`${addressOf(path)}?${name}=a&${name}=b`, { method });
    assert.equal(twice.status, 400, `${method} ${path}?${name}`);
  }
});

test('a method that an address does not take, and an address that there is not', async () => {
  const ask = open();
  const refused = await ask('/v1/decisions', { method: 'DELETE' });
  assert.equal(refused.status, 405);
  assert.equal(refused.headers.get('allow'), 'GET, HEAD');
  const lead = await ask('/v1/leads/1', { method: 'PUT' });
  assert.equal(lead.headers.get('allow'), 'GET, HEAD, DELETE');
  for (const path of ['/v1/nothing', '/v1', '/nothing', '/v1/events/1/2']) {
    const answer = await ask(path);
    assert.equal(answer.status, 404, path);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  }
});

test('HEAD answers as GET does, without the body', async () => {
  const ask = open();
  const [got, head] = [await ask('/v1/decisions'), await ask('/v1/decisions', { method: 'HEAD' })];
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('etag'), got.headers.get('etag'));
  assert.equal(await head.text(), '');
  assert.equal((await ask('/v1/nothing', { method: 'HEAD' })).status, 404);
});

test('an answer has a tag that changes with what it says, not with how far the logs are', async () => {
  let now = NOW;
  let leads = 1;
  const history = {
    ...fakeHistory({}),
    asOf: async () => now,
    asOfAll: async () => [now],
    tagCounts: async () => new Map([['segments:at_risk', leads]]),
  };
  const ask = open({ history });
  const first = await ask('/v1/segments');
  const tag = first.headers.get('etag') as string;
  assert.match(tag, /^W\/"[\w-]{27}"$/);
  now += 60_000;
  for (const known of [tag, `"other", ${tag}`, tag.replace('W/', ''), '*']) {
    const again = await ask('/v1/segments', { headers: { 'if-none-match': known } });
    assert.equal(again.status, 304, known);
    assert.equal(await again.text(), '');
    assert.equal(again.headers.get('etag'), tag);
  }
  leads = 2;
  const changed = await ask('/v1/segments', { headers: { 'if-none-match': tag } });
  assert.equal(changed.status, 200);
  assert.notEqual(changed.headers.get('etag'), tag);
});

test('a body of another type or size is not read', async () => {
  const ask = open();
  const post = (headers: Record<string, string>, body: string) =>
    ask('/v1/events', { method: 'POST', headers, body });
  const typed = await post({ 'content-type': 'text/plain' }, '{}');
  assert.equal(typed.status, 415);
  assert.match(((await typed.json()) as { detail: string }).detail, /application\/json/);
  const json = { 'content-type': 'application/json; charset=utf-8' };
  assert.equal((await post(json, '[]')).status, 400);
  assert.equal((await post(json, ' '.repeat(5 * 1024 * 1024 + 1))).status, 413);
  assert.equal((await post({ ...json, 'content-length': '6000000' }, '[]')).status, 413);
});

test('what does not fit in a body is told by its place', () => {
  const schema = Type.Object(
    {
      ids: Type.Array(Type.String({ maxLength: 3 }), { minItems: 1, maxItems: 2 }),
      rate: Type.Optional(Type.Number({ minimum: 1, maximum: 9 })),
      state: Type.Optional(Type.Enum(['open', 'over'])),
      dry_run: Type.Optional(Type.Boolean()),
      until: Type.Optional(Type.Union([Type.String(), Type.Integer()])),
      inner: Type.Optional(Type.Object({ 'a/b': Type.Integer() })),
    },
    { additionalProperties: false },
  );
  assert.equal(checkBody(schema, { ids: ['a'], rate: 2, state: 'open', dry_run: true, until: 7 }), undefined);
  const told = (value: unknown) =>
    checkBody(schema, value)?.errors?.map(({ pointer, detail }) => `${pointer}: ${detail}`);
  assert.deepEqual(told([]), [': the body must be an object']);
  assert.deepEqual(told({}), ['/ids: ids is missing']);
  assert.deepEqual(told({ ids: [], dryrun: true }), [
    '/ids: ids must be a list of 1 to 2',
    '/dryrun: did you mean dry_run?',
  ]);
  assert.deepEqual(told({ ids: ['abcd', 1], rate: 0, state: 'x', dry_run: 'yes', until: true }), [
    '/ids/0: 0 must be a text of at most 3 characters',
    '/ids/1: 1 must be a text of at most 3 characters',
    '/rate: rate must be a number from 1 to 9',
    '/state: state must be one of open, over',
    '/dry_run: dry_run must be true or false',
    '/until: until must be a text or a whole number',
  ]);
  assert.deepEqual(told({ ids: ['a'], inner: { 'a/b': 1.5 } }), ['/inner/a~1b: a~1b must be a whole number']);
  assert.equal(told({ ids: ['a'], __proto__x: 1 })?.length, 1);
});
