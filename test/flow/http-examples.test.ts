/** Every example of docs/http.md holds: its requests are sent in order to an empty weir, its answers compared whole. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Compile } from 'typebox/compile';
import { type House, openHouse } from '../../src/cli/house.ts';
import { WeirError } from '../../src/core/errors.ts';
import { tokenDigest } from '../../src/http/access.ts';
import { PROBLEM } from '../../src/http/answer-schemas.ts';
import { createApp } from '../../src/http/app.ts';
import { PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import { routeTable } from '../../src/http/routes.ts';
import { systemClock } from '../../src/processor/processor.ts';
import { type Block, blocksOf, root } from '../document-blocks.ts';

interface Example {
  readonly request: Block;
  readonly answer: Block;
}

/** A request block, and the answer block behind it. */
function examples(): Example[] {
  const found: Example[] = [];
  let request: Block | undefined;
  for (const block of blocksOf('docs/http.md')) {
    if (block.language === 'http') {
      assert.equal(request, undefined, `line ${request?.line}: the request has no answer`);
      request = block;
    } else if (block.language === 'json') {
      assert.ok(request, `line ${block.line}: the answer has no request`);
      found.push({ request, answer: block });
      request = undefined;
    }
  }
  assert.equal(request, undefined, `line ${request?.line}: the request has no answer`);
  return found;
}

function requestOf({ text }: Block): { path: string; init: RequestInit } {
  const [head = '', ...rest] = text.split('\n\n');
  const [first = '', ...headers] = head.split('\n');
  const [method, path] = first.split(' ') as [string, string];
  const pairs = headers.map((line) => line.split(': ') as [string, string]);
  return {
    path,
    init: {
      method,
      headers: Object.fromEntries(pairs),
      ...(method === 'POST' ? { body: rest.join('\n\n') } : {}),
    },
  };
}

const isTime = (value: unknown) => !Number.isNaN(Date.parse(String(value)));

/** What differs from run to run: its form is checked, its value replaced. */
const VOLATILE: Readonly<Record<string, (value: unknown) => boolean>> = {
  position: (value) => /^\d{13}-\d+$/.test(String(value)),
  entry: (value) => /^\d{13}-\d+$/.test(String(value)),
  age_seconds: (value) => typeof value === 'number' && value >= 0,
  first: isTime,
  last: isTime,
  as_of: (value) => !Number.isNaN(Date.parse(String(value))),
  event_id: (value) => /^[0-9a-f-]{36}$/.test(String(value)),
  gone_by: (value) => !Number.isNaN(Date.parse(String(value))),
  rules: (value) => /^[0-9a-f]{16}$/.test(String(value)),
};

/** An id that weir drew is any other one of its form. */
const DRAWN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A dead letter is called after its place in a stream. */
const LETTER = /^\d+:\d{13}-\d+$/;

const PRODUCER = { name: 'crm', role: 'producer', sha256: tokenDigest('the-token-of-crm') } as const;

function settled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(settled);
  if (typeof value === 'string' && (DRAWN.test(value) || LETTER.test(value))) return 'an id';
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    const fits = VOLATILE[name];
    assert.ok(fits?.(inner) !== false, `${name}: ${inner}`);
    copy[name] = fits || (name === 'at' && isTime(inner)) ? `some ${name}` : settled(inner);
  }
  return copy;
}

describe('docs/http.md', () => {
  let house: House;
  let data: string;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), 'weir-test-'));
    const config = join(root, 'config');
    house = await openHouse({
      environment: { redisUrl: undefined, host: '127.0.0.1', port: 0, config, data, instance: 'docs' },
      clockMode: 'log',
      onNotice: () => undefined,
    });
  });
  after(async () => {
    await house.close();
    await rm(data, { recursive: true, force: true });
  });

  /** States that cannot be had by asking: the same routes over ports that say so. */
  function appWhile(state: string) {
    const states: Record<string, object> = {
      'while the logs are full': { isFull: () => true },
      'before any partition has an owner': { notReady: async () => 'no partition has an owner yet' },
      'while Redis is away': {
        readEntity: async () => {
          throw new WeirError('redis_away', 'reading an entity: it is away');
        },
      },
      'without a history': { history: undefined },
      'from another machine': { access: { tokens: () => [], remoteAddress: () => '192.0.2.7' } },
      'with the token of a producer': {
        access: { tokens: () => [PRODUCER], remoteAddress: () => undefined },
      },
    };
    const changed = states[state];
    assert.ok(changed, `no such state: ${state}`);
    return createApp({
      version: '0',
      plan: () => house.rules.wanted,
      readEntity: async () => undefined,
      readAction: async () => undefined,
      logs: house.processor.logs,
      retention: 86_400_000,
      clock: systemClock,
      meter: new PrometheusMeter(),
      isFull: () => false,
      notReady: async () => undefined,
      access: { tokens: () => [], remoteAddress: () => '127.0.0.1' },
      ...changed,
    });
  }

  async function send({ info }: Block, path: string, init: RequestInit): Promise<Response> {
    if (info !== '') return appWhile(info).request(path, init);
    const answer = await fetch(`${house.url}${path}`, init);
    if (init.method !== 'GET') await untilApplied();
    return answer;
  }

  /** What is answered is what the documents of the API say. */
  function asDeclared(method: string, path: string, status: number, body: unknown): void {
    const found = routeTable(house.rules.wanted).find(method, path.split('?', 1)[0] as string);
    const schema = status < 400 ? found?.route.answers[status]?.schema : PROBLEM;
    assert.ok(schema, `${method} ${path} declares no ${status}`);
    assert.deepEqual(Compile(schema).Errors(body), []);
  }

  async function untilApplied(): Promise<void> {
    const { processor } = house;
    const done = async () => (await processor.drained()) && (await processor.deliver?.lag()) === 0;
    for (let waited = 0; !(await done()); waited += 20) {
      assert.ok(waited < 20_000, 'the events are applied within 20 s');
      await sleep(20);
    }
  }

  test('has examples of everything it names', () => {
    const heads = examples().map(({ request }) => request.text.split('\n')[0] as string);
    for (const path of [
      'POST /v1/events',
      'GET /v1/leads',
      'GET /v1/campaigns',
      'GET /healthz',
      'GET /readyz',
    ])
      assert.ok(
        heads.some((head) => head.startsWith(path)),
        path,
      );
  });

  for (const { request, answer } of examples()) {
    const title = `line ${request.line}: ${request.text.split('\n')[0]} ${request.info}`.trimEnd();
    test(title, async () => {
      const { path, init } = requestOf(request);
      const got = await send(request, path, init);
      // the rule files are named as this process found them
      const text = (await got.text()).replaceAll(`${root}/`, '');
      const body: unknown = JSON.parse(text);
      assert.equal(String(got.status), answer.info);
      const type = got.status < 400 ? 'application/json' : 'application/problem+json';
      assert.equal(got.headers.get('content-type'), type);
      assert.deepEqual(settled(body), settled(JSON.parse(answer.text)));
      asDeclared(init.method as string, path, got.status, body);
    });
  }
});
