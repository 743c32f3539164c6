/** Subscriptions of a house on a real Redis: the stream and webhooks of this machine, over reloads, refusals and a kill -9. */

import assert from 'node:assert/strict';
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
});
