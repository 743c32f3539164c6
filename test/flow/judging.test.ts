/** What a person says of an action, over HTTP and on the command line; and when it leaves: by webhook, and not before a replica has it. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createListener } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { actionsVerb } from '../../src/cli/actions-verb.ts';
import { type House, openHouse } from '../../src/cli/house.ts';
import { houseWriter } from '../../src/cli/import/house-writer.ts';
import { DAY, HOUR } from '../../src/core/units.ts';
import { ACTION_STREAM } from '../../src/processor/action-stream.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { signatureOf } from '../../src/processor/webhook.ts';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.ts';
import { startTemporaryRedis } from './temporary-redis.ts';
import { until } from './until.ts';

const SECRET = 'a-secret-of-some-length-0123456789';
const START = Date.UTC(2026, 0, 5);

const config = (host: string) => `timezone: UTC
partitions: 2
webhooks: { hosts: ["${host}"] }
subscriptions:
  platform: { actions: true, to: webhook, url: "http://${host}/hook", secret: HOOK_SECRET, insecure: true }
entities:
  campaign: { key: campaign_id }
  channel: { key: [campaign_id, channel] }
---
features:
  channel:
    budget: { last: budget, on: [campaign.created, campaign.updated, action.applied], each: [channels, budgets], default: 0 }
    clicks: { count: campaign.click }
  campaign:
    autonomy: { last: autonomy, on: [campaign.created, campaign.updated] }
    total: { sum: budget, of: channel, by: campaign_id }
    channels: { rows: [channel, budget, clicks], of: channel, by: campaign_id }
---
rule: rebalance
description: d
owner: media@example.com
version: 1
mode: live
for: campaign
when: $count(channels) > 1
allocate: { total: total, among: channels, current: budget, weight: clicks + 1 }
approve: { by: [budget_manager], not_by: requester, expires: 12h }
then: { action: channel_reallocation }
`;

interface Shown {
  readonly id: string;
  readonly hash: string;
  readonly status: string;
}

describe('judging actions', { timeout: 240_000 }, () => {
  let redis: EmbeddedRedis;
  let replica: EmbeddedRedis | undefined;
  let postgres: TemporaryPostgres;
  let hook: Server;
  let house: House;
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const heard: { body: string; headers: Record<string, string | string[] | undefined> }[] = [];
  let sent = 0;

  before(async () => {
    [redis, postgres] = await Promise.all([
      startTemporaryRedis('--port', String(await freePort()), '--appendfsync', 'everysec'),
      startTemporaryPostgres(),
    ]);
    hook = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        heard.push({ body, headers: request.headers });
        response.writeHead(200).end();
      });
    });
    hook.listen(0, '127.0.0.1');
    await once(hook, 'listening');
    folder = mkdtempSync(join(tmpdir(), 'weir-test-'));
    const { port } = hook.address() as AddressInfo;
    writeFileSync(join(folder, 'weir.yaml'), config(`127.0.0.1:${port}`));
    house = await openHouse({
      environment: {
        ...{ redisUrl: `unix:${redis.target.path}`, databaseUrl: postgres.url, host: '127.0.0.1', port: 0 },
        ...{ config: folder, data: folder, instance: 'a' },
        secret: (name: string) => (name === 'HOOK_SECRET' ? SECRET : undefined),
      },
      clockMode: 'log',
      onNotice: () => undefined,
    });
    await until('all is owned', () => house.processor.owned === 2);
    env = { HOST: '127.0.0.1', PORT: new URL(house.url).port, WEIR_DATA: folder };
  });
  after(async () => {
    if (replica) {
      process.kill(replica.processId, 'SIGCONT');
      await replica.stop();
    }
    await house?.close();
    hook.closeAllConnections();
    hook.close();
    await Promise.all([redis.stop(), postgres.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  async function freePort(): Promise<number> {
    const listener = createListener().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    listener.close();
    await once(listener, 'close');
    return port;
  }

  async function send(time: number, type: string, data: object): Promise<void> {
    sent += 1;
    const { rejected } = await houseWriter(house).write([{ id: `e${sent}`, type, time, data }]);
    assert.deepEqual(rejected, []);
  }

  /** A campaign whose budgets should follow its clicks; the action that proposes it. */
  async function proposed(campaign: string, time: number, autonomy = 'suggest'): Promise<Shown> {
    await send(time, 'campaign.created', {
      ...{ campaign_id: campaign, daily_budget: 200, currency: 'EUR', autonomy },
      channels: [
        { channel: 'a', budget: 100 },
        { channel: 'b', budget: 100 },
      ],
    });
    await send(time + 1_000, 'campaign.click', { campaign_id: campaign, channel: 'a', cost: 1 });
    const found = async () => {
      const answer = await fetch(`${house.url}/v1/actions?campaign=${campaign}`);
      return ((await answer.json()) as { actions: Shown[] }).actions[0];
    };
    await until('it is proposed', async () => (await found()) !== undefined);
    return (await found()) as Shown;
  }

  const judge = (id: string, verb: string, hash: string) =>
    fetch(`${house.url}/v1/actions/${id}/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'if-match': `"${hash}"` },
      body: JSON.stringify({ by: 'ana' }),
    });

  /** Exit code, and what it wrote. */
  async function weir(...words: string[]): Promise<[code: number, out: string, err: string]> {
    const written = { out: '', err: '' };
    const [out, err] = [process.stdout.write, process.stderr.write];
    process.stdout.write = ((text: string) => {
      written.out += text;
      return true;
    }) as typeof process.stdout.write;
    process.stderr.write = ((text: string) => {
      written.err += text;
      return true;
    }) as typeof process.stderr.write;
    try {
      return [await actionsVerb.run(words, env), written.out, written.err];
    } finally {
      process.stdout.write = out;
      process.stderr.write = err;
    }
  }

  it('nobody said anything in time: 410, and exit code 4', async () => {
    const { id, hash } = await proposed('late', START);
    // half a day later, by the clock of its partition
    await send(START + DAY, 'campaign.updated', { campaign_id: 'late', name: 'x' });
    await until('time has passed', () => house.processor.drained());
    const answer = await judge(id, 'approve', hash);
    assert.equal(answer.status, 410);
    assert.equal(((await answer.json()) as { type: string }).type.split('/').at(-1), 'expired');
    const [code, out, err] = await weir('approve', id, '--by', 'ana');
    assert.deepEqual([code, out], [4, '']);
    assert.match(err, /expired/);
    const shown = (await (await fetch(`${house.url}/v1/actions/${id}`)).json()) as Shown;
    assert.equal(shown.status, 'expired');
    assert.ok(!heard.some(({ body }) => body.includes(id)), 'nobody outside heard of it');
  });

  it('weir actions: lists, shows, approves what was shown, and says what was refused', async () => {
    const { id, hash } = await proposed('cli', START + 2 * DAY);
    const [listed, list] = await weir('ls', '--campaign', 'cli');
    assert.equal(listed, 0);
    assert.match(
      list,
      new RegExp(`^${id}  pending  channel_reallocation campaign:cli .* a 100 → 133.33`, 'm'),
    );
    const [, json] = await weir('ls', '--campaign', 'cli', '--json');
    assert.equal((JSON.parse(json) as Shown).id, id);
    const [shown, text] = await weir('show', id);
    assert.equal(shown, 0);
    assert.match(text, new RegExp(`rule rebalance, hash ${hash}`));

    const why = await fetch(`${house.url}/v1/campaigns/cli/explain?rule=rebalance`);
    const { results } = (await why.json()) as { results: { actions: Shown[] }[] };
    assert.deepEqual(
      results[0]?.actions.map((action) => [action.id, action.status]),
      [[id, 'pending']],
    );

    assert.deepEqual((await weir('show', '0-9-999'))[0], 1);
    assert.equal((await weir('approve', id))[0], 4);
    const [changed, , refusal] = await weir('approve', id, '--by', 'ana', '--hash', '0123456789abcdef');
    assert.deepEqual([changed, /not what was shown/.test(refusal)], [4, true]);
    const [self] = await weir('approve', id, '--by', 'media@example.com');
    assert.equal(self, 4);
    const [approved, after] = await weir('approve', id, '--by', 'ana', '-m', 'as planned');
    assert.equal(approved, 0);
    assert.match(after, /approved/);
    const [twice, , again] = await weir('reject', id, '--by', 'ana');
    assert.deepEqual([twice, /cannot be judged so any more/.test(again)], [4, true]);
    await assert.rejects(async () => actionsVerb.run(['aprove', id], env), /is none of ls, show, approve/);
    await assert.rejects(async () => actionsVerb.run(['show'], env), /which action/);
    await assert.rejects(
      async () => actionsVerb.run([], { ...env, PORT: String(await freePort()) }),
      (error: { code?: string }) => error.code === 'redis_away',
    );

    // the webhook that asked for actions has it, signed, under its idempotency key
    await until('it is told', () => heard.some(({ body }) => body.includes(id)));
    const told = heard.find(({ body }) => body.includes(id)) as (typeof heard)[number];
    const body = JSON.parse(told.body) as Record<string, unknown>;
    assert.deepEqual(
      [body.id, body.hash, body.campaign_id, body.rule, body.action],
      [id, hash, 'cli', 'rebalance', 'channel_reallocation'],
    );
    assert.equal(body.idempotency_key, `${id}-${hash}`);
    const signature = String(told.headers['weir-signature']);
    const [, time] = /t=(\d+)/.exec(signature) as RegExpExecArray;
    assert.ok(signature.includes(signatureOf(SECRET, Number(time), told.body)));
    assert.equal(told.headers['idempotency-key'], `${id}-${hash}`);
  });

  it('with a replica an action leaves once the replica has it', async () => {
    const { connection } = house;
    const info = await connection.ask('asking for the port', (client) => client.config('GET', 'port'));
    replica = await startTemporaryRedis('--replicaof', '127.0.0.1', String((info as string[])[1]));
    const replicas = async () =>
      connection.ask('counting replicas', (client) => client.info('replication')) as Promise<string>;
    await until('the replica follows', async () => /state=online/.test(await replicas()));
    const waits = () => connection.ask('counting actions', (client) => client.xlen(ACTION_STREAM));
    const before = await waits();
    process.kill(replica.processId, 'SIGSTOP');
    const { id } = await proposed('replicated', START + 2 * DAY + HOUR, 'auto');
    const told = () => heard.some(({ body }) => body.includes(id));
    // longer than a sync of the append-only file takes, which would be enough without a replica
    await sleep(4_000);
    assert.deepEqual([await waits(), told()], [before, false]);
    process.kill(replica.processId, 'SIGCONT');
    await until('it leaves', async () => (await waits()) === before + 1 && told());
  });
});
