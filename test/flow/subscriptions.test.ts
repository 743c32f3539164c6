/** Subscriptions of a house on a real Redis: the stream and webhooks of this machine, over reloads, refusals and a kill -9. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type House, openHouse } from '../../src/cli/house.ts';
import { DECISION_STREAM } from '../../src/processor/decision-stream.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { root } from '../document-blocks.ts';
import { startTemporaryRedis } from './temporary-redis.ts';
import { until } from './until.ts';

const SETTINGS = `timezone: UTC
partitions: 3
entities:
  lead: { key: lead_id }
`;
const RULES = `features:
  lead:
    opens: { count: content.opened }
---
rule: opened
description: d
owner: o@example.com
version: 1
mode: live
for: lead
value: opens
---
rule: alarm
description: d
owner: o@example.com
version: 1
mode: live
for: lead
pick:
  - { name: busy, when: opens = 1 or opens >= 3, severity: high, message: '{{$string(opens)}} opens' }
`;
const SECRET = 'a secret of tests';

interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly decision: Record<string, unknown> & { id: string; entity: string; value: unknown };
}

describe('subscriptions', () => {
  let server: EmbeddedRedis;
  let redis: RedisConnection;
  let folder: string;
  let hook: Server;
  let calls: Call[] = [];
  /** What the webhook answers; it answers 200 where this is absent. */
  let answer: ((call: Call, response: ServerResponse) => void) | undefined;
  const notices: string[] = [];

  before(async () => {
    server = await startTemporaryRedis();
    redis = connect(server.target);
    folder = mkdtempSync(join(tmpdir(), 'weir-test-'));
    writeFileSync(join(folder, 'rules.yaml'), RULES);
    hook = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        const call = { headers: request.headers, body, decision: JSON.parse(body) as Call['decision'] };
        calls.push(call);
        if (answer) answer(call, response);
        else response.end('thanks');
      });
    });
    hook.listen(0, '127.0.0.1');
    await once(hook, 'listening');
  });
  after(async () => {
    hook.closeAllConnections();
    hook.close();
    await redis.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await redis.ask('clearing', (client) => client.flushall());
    calls = [];
    notices.length = 0;
    answer = undefined;
  });

  const host = () => `127.0.0.1:${(hook.address() as AddressInfo).port}`;
  const webhook = (rules: string) =>
    `{ rules: ${rules}, to: webhook, url: 'http://${host()}/weir', secret: ON_CALL, insecure: true }`;
  const configure = (subscriptions: string) =>
    writeFileSync(
      join(folder, 'weir.yaml'),
      `${SETTINGS}subscriptions:\n  ${subscriptions}\nwebhooks: { hosts: ['${host()}'] }\n`,
    );

  const open = (secrets: Record<string, string> = { ON_CALL: SECRET }): Promise<House> =>
    openHouse({
      environment: {
        redisUrl: `unix:${(server.target as { path: string }).path}`,
        host: '127.0.0.1',
        port: 0,
        config: folder,
        data: folder,
        instance: 'a',
        secret: (name) => secrets[name],
      },
      clockMode: 'log',
      onNotice: (notice) => notices.push(notice),
    });

  let sent = 0;
  /** One opening of each lead. */
  const send = (...leads: readonly number[]) =>
    redis.ask('sending events', (client) =>
      Promise.all(
        leads.map((lead) => {
          sent += 1;
          const time = new Date(Date.UTC(2026, 0, 5) + sent * 1000).toISOString();
          const event = { id: `e-${sent}`, type: 'content.opened', time, lead_id: lead, content_id: 'c' };
          return client.xadd(PUBLIC_STREAM, '*', 'd', JSON.stringify(event));
        }),
      ),
    );

  async function stream(): Promise<Record<string, string>[]> {
    const entries = await redis.ask('reading', (client) => client.xrange(DECISION_STREAM, '-', '+'));
    return entries.map(([, fields]) =>
      Object.fromEntries(
        fields.flatMap((field, i) => (i % 2 === 0 ? [[field, fields[i + 1] as string]] : [])),
      ),
    );
  }

  const metric = async (house: House, name: string) =>
    (await house.meter.registry.metrics()).split('\n').filter((line) => line.startsWith(name));

  it('the stream gets each decision of the chosen rules once, in order of each lead, over a restart', async () => {
    configure('crm: { rules: [opened], to: stream }');
    let house = await open();
    await send(...[1, 2, 3, 4, 5, 1, 2, 3]);
    await until('eight decisions', async () => (await stream()).length === 8);
    await house.close();
    house = await open();
    await send(1, 6);
    await until('ten decisions', async () => (await stream()).length === 10);
    await until('no lag', async () =>
      (await metric(house, 'weir_subscription_lag_entries')).some((line) => line.endsWith(' 0')),
    );
    await house.close();
    const told = await stream();
    assert.equal(new Set(told.map(({ id }) => id)).size, 10);
    for (const { id, rule, entity, d } of told) {
      const decision = JSON.parse(d as string) as Record<string, unknown>;
      assert.equal(rule, 'opened');
      assert.equal(decision.id, id);
      assert.equal(`lead:${decision.entity}`, entity);
    }
    const values = told
      .filter(({ entity }) => entity === 'lead:1')
      .map(({ d }) => JSON.parse(d as string).value);
    assert.deepEqual(values, [1, 2, 3]);
  });

  it('a change applies at a reload; one that began now is told nothing of before', async () => {
    configure('crm: { rules: [opened], to: stream }');
    const house = await open();
    await send(1, 2, 3);
    await until('three decisions', async () => (await stream()).length === 3);
    configure(`on_call: ${webhook('alarm')}`);
    assert.deepEqual(await house.reload().then(({ ok }) => ok), true);
    await until('the new set is in force', async () => {
      await send(7, 8, 9, 10, 11, 12);
      return new Set(calls.map(({ decision }) => Number(decision.entity) % 3)).size > 0;
    });
    for (const { decision } of calls) assert.ok(Number(decision.entity) >= 7, 'nothing of before');
    writeFileSync(
      join(folder, 'weir.yaml'),
      `${SETTINGS}subscriptions: { crm: { rules: [openned], to: stream } }\n`,
    );
    assert.match((await house.reload()).message, /unknown rule `openned`.*\n?.*did you mean `opened`/s);
    await house.close();
  });

  it('a secret that is not there: weir does not start, and says which', async () => {
    configure(`on_call: ${webhook('alarm')}`);
    await assert.rejects(open({}), /reading subscription on_call: its secret is missing, ON_CALL is not set/);
  });

  /** Everything of a lead as the webhook got it, repetitions left out. */
  const valuesOf = (lead: string) =>
    [
      ...new Map(
        calls
          .filter(({ decision }) => decision.entity === lead)
          .map(({ decision }) => [decision.id, decision]),
      ).values(),
    ].map(({ value }) => value);

  it('a webhook gets signed requests, in order, with what opened and what is over', async () => {
    configure(`on_call: ${webhook('[alarm]')}`);
    const house = await open();
    await send(1, 1);
    await until('the alarm opens and is over', () => calls.length === 2);
    for (const { headers, body, decision } of calls) {
      const [, time, signature] = /^t=(\d+),v1=(.*)$/.exec(headers['weir-signature'] as string) ?? [];
      assert.equal(signature, createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex'));
      assert.ok(Math.abs(Number(time) - Date.now() / 1000) < 60);
      assert.equal(headers['content-type'], 'application/json');
      assert.equal(headers['idempotency-key'], decision.id);
    }
    const line = { name: 'busy', severity: 'high', message: '1 opens' };
    const news = calls.map(({ decision: { opened, resolved } }) => ({ opened, resolved }));
    assert.deepEqual(news, [
      { opened: [line], resolved: [] },
      { opened: [], resolved: ['busy'] },
    ]);
    await house.close();
  });

  it('refusals, redirects and broken connections are tried again; others do not wait for it', async () => {
    configure(`on_call: ${webhook('[opened]')}\n  crm: { rules: [opened], to: stream }`);
    const house = await open();
    const failures = [
      (response: ServerResponse) => response.writeHead(500).end(),
      (response: ServerResponse) => response.writeHead(302, { location: '/elsewhere' }).end(),
      (response: ServerResponse) => response.destroy(),
    ];
    answer = (_, response) => {
      const fail = failures.shift();
      if (fail) fail(response);
      else response.writeHead(204).end();
    };
    await send(1, 1, 1);
    await until('the stream has them', async () => (await stream()).length === 3);
    assert.ok(failures.length > 0 || calls.length < 6, 'the webhook is still at it');
    await until('the webhook has them', () => calls.length === 6);
    assert.deepEqual(valuesOf('1'), [1, 2, 3]);
    assert.deepEqual(
      calls.map(({ decision }) => decision.value),
      [1, 1, 1, 1, 2, 3],
    );
    const delivered = 'weir_subscription_delivered_total{subscription="on_call",result=';
    await until('it is counted', async () => {
      const lines = await metric(house, delivered);
      return lines.includes(`${delivered}"delivered"} 3`) && lines.includes(`${delivered}"retried"} 3`);
    });
    await house.close();
  });

  it('what is muted is decided and not told, until the mute is over', async () => {
    configure(`on_call: ${webhook('[alarm]')}`);
    const house = await open();
    await send(1);
    await until('the alarm opens', () => calls.length === 1);
    const muting = (id: string, name: string, until: number) =>
      redis.ask('muting', (client) => {
        const time = new Date(Date.UTC(2026, 0, 5) + sent * 1000).toISOString();
        const data = { rule: 'alarm', name, entity: 'lead:1', by: 'ana', until };
        return client.xadd(
          PUBLIC_STREAM,
          '*',
          'd',
          JSON.stringify({ id, type: 'anomaly.muted', time, source: 't', data }),
        );
      });
    await muting('m-1', 'busy', Date.UTC(2026, 0, 5) + (sent + 1) * 1000 + 1);
    await send(1);
    const muted = 'weir_subscription_delivered_total{subscription="on_call",result="muted"} 1';
    await until('its end is muted', async () => (await metric(house, muted)).length === 1);
    await send(1);
    await until('it is told again', () => calls.length === 2);
    assert.deepEqual(
      calls.map(({ decision }) => decision.entered),
      [['busy'], ['busy']],
    );
    await house.close();
  });

  it('410 gives the subscription up: nothing more is sent, and all of it is counted', async () => {
    configure(`on_call: ${webhook('[opened]')}`);
    const house = await open();
    answer = (_, response) => response.writeHead(410).end();
    await send(1, 1, 1, 1);
    const gone = 'weir_subscription_delivered_total{subscription="on_call",result="gone"} 4';
    await until('all are passed over', async () => (await metric(house, gone)).length === 1);
    assert.equal(calls.length, 1);
    assert.match(notices.join('\n'), /is given up, since its receiver answered 410/);
    await house.close();
  });

  it('nothing is left out when the process is killed in between, again and again', {
    timeout: 120_000,
  }, async () => {
    configure(`on_call: ${webhook('[opened]')}`);
    const environment = {
      ...process.env,
      ...{ REDIS_URL: `unix:${(server.target as { path: string }).path}`, HOST: '127.0.0.1', PORT: '0' },
      ...{ WEIR_CONFIG: folder, WEIR_DATA: folder, WEIR_INSTANCE: 'a', ON_CALL: SECRET },
    };
    const main = join(root, 'src/main.ts');
    let child: ChildProcess | undefined;
    const stop = async (signal: 'SIGKILL' | 'SIGTERM') => {
      if (!child) return;
      const ended = once(child, 'close');
      child.kill(signal);
      await ended;
      child = undefined;
    };
    answer = (_, response) => {
      // slow enough that a kill falls between the call and the answer, or between the answer and the place
      setTimeout(() => response.end(), 5);
    };
    const leads = [1, 2, 3, 4, 5, 6, 7];
    try {
      for (let round = 1; round <= 3; round++) {
        child = spawn(process.execPath, [main, 'run', '--clock', 'log'], {
          env: environment,
          stdio: 'ignore',
        });
        const heard = calls.length;
        for (let i = 0; i < 5; i++) await send(...leads);
        await until(`round ${round} is under way`, () => calls.length >= heard + 6 + round);
        await stop(round < 3 ? 'SIGKILL' : 'SIGTERM');
      }
      child = spawn(process.execPath, [main, 'run', '--clock', 'log'], { env: environment, stdio: 'ignore' });
      const expected = Array.from({ length: 15 }, (_, i) => i + 1);
      await until('all of it is told', () => leads.every((lead) => valuesOf(`${lead}`).length === 15));
      for (const lead of leads) assert.deepEqual(valuesOf(`${lead}`), expected, `lead ${lead}`);
      await stop('SIGTERM');
    } finally {
      await stop('SIGKILL');
    }
  });
});
