/** Actions from end to end: events in by the log, a person or autonomy lets them go, a connector changes an ad platform once. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ACTION_STREAM } from '../../src/processor/action-stream.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { root } from '../document-blocks.ts';
import { startTemporaryRedis } from './temporary-redis.ts';
import { until } from './until.ts';

const CONFIG = `timezone: UTC
partitions: 2
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
for: campaign
when: $count(channels) > 1
allocate: { total: total, among: channels, current: budget, weight: clicks + 1 }
approve: { by: [budget_manager], not_by: requester }
then: { action: channel_reallocation }
`;

interface Shown {
  readonly results: {
    readonly rebalance: { readonly decision_id: string; readonly value: { status: string } | null };
  };
  readonly features: { readonly channels: readonly { channel: string; budget: number }[] };
}

describe('actions from end to end', { timeout: 240_000 }, () => {
  let server: EmbeddedRedis;
  let redis: RedisConnection;
  let folder: string;
  let platform: Server;
  let url = '';
  const children = new Set<ChildProcess>();
  /** By idempotency key: how often a budget was really changed, and how often that was asked for. */
  const changed = new Map<string, number>();
  let asked = 0;
  const budgets = new Map<string, number>();

  const path = () => (server.target as { path: string }).path;

  before(async () => {
    // as safe as a sync for each write: actions leave at once
    server = await startTemporaryRedis('--appendfsync', 'always');
    redis = connect(server.target);
    folder = mkdtempSync(join(tmpdir(), 'weir-test-'));
    writeFileSync(join(folder, 'weir.yaml'), CONFIG);
    platform = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        const key = String(request.headers['idempotency-key']);
        const campaign = (request.url as string).split('/')[2];
        const rows = JSON.parse(body) as { channel: string; budget: number }[];
        asked += 1;
        if (!changed.has(key)) {
          changed.set(key, 1);
          for (const { channel, budget } of rows) budgets.set(`${campaign}/${channel}`, budget);
        }
        // so that a kill may fall between the change and its report
        setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body), 20);
      });
    });
    platform.listen(0, '127.0.0.1');
    await once(platform, 'listening');
  });

  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    platform.closeAllConnections();
    platform.close();
    await redis.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startWeir(): Promise<ChildProcess> {
    const child = spawn(process.execPath, [join(root, 'src/main.ts'), 'run'], {
      env: {
        ...process.env,
        ...{ REDIS_URL: `unix:${path()}`, HOST: '127.0.0.1', PORT: '0', WEIR_CONFIG: folder },
        ...{ WEIR_DATA: folder, WEIR_INSTANCE: 'a' },
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.add(child);
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    await until('weir listens', () => /http:\S+/.test(text));
    url = (/http:\/\/[\d.:]+/.exec(text) as RegExpExecArray)[0];
    return child;
  }

  function startConnector(): ChildProcess {
    const { port } = platform.address() as AddressInfo;
    const child = spawn(process.execPath, [join(root, 'docs/examples/connector.ts')], {
      env: { ...process.env, REDIS_SOCKET: path(), PLATFORM_URL: `http://127.0.0.1:${port}` },
      stdio: 'ignore',
    });
    children.add(child);
    return child;
  }

  async function kill(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    children.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill(signal);
    await ended;
  }

  let sent = 0;
  const send = (type: string, data: object) =>
    redis.ask('sending an event', (client) => {
      sent += 1;
      return client.xadd(PUBLIC_STREAM, '*', 'd', JSON.stringify({ id: `e-${sent}`, type, ...data }));
    });
  const create = (id: string, autonomy: string) =>
    send('campaign.created', {
      ...{ campaign_id: id, daily_budget: 200, currency: 'EUR', autonomy },
      channels: [
        { channel: 'a', budget: 100 },
        { channel: 'b', budget: 100 },
      ],
    });
  const click = (id: string, channel: string) =>
    send('campaign.click', { campaign_id: id, channel, cost: 1 });

  async function campaign(id: string): Promise<Shown | undefined> {
    const answer = await fetch(`${url}/v1/campaigns/${id}`).catch(() => undefined);
    return answer?.status === 200 ? ((await answer.json()) as Shown) : undefined;
  }

  const inForce = async (id: string) =>
    Object.fromEntries(
      ((await campaign(id))?.features.channels ?? []).map((row) => [row.channel, row.budget]),
    );

  const actions = async () => {
    const entries = await redis.ask('reading', (client) => client.xrange(ACTION_STREAM, '-', '+'));
    return entries.map(
      ([, fields]) =>
        JSON.parse(fields[fields.indexOf('d') + 1] as string) as { id: string; campaign_id: string },
    );
  };

  it('each budget is changed once, however often weir and the connector are killed', async () => {
    let weir = await startWeir();
    let connector = startConnector();
    await create('c1', 'auto');
    for (let round = 1; round <= 4; round++) {
      await click('c1', 'a');
      if (round % 2 === 1) {
        await until(`round ${round} is out or under way`, async () => (await actions()).length >= round);
        await kill(connector);
        connector = startConnector();
      } else {
        await kill(weir);
        weir = await startWeir();
      }
      const a = Math.round((200 * (round + 1) * 100) / (round + 2)) / 100;
      await until(
        `round ${round} is in force`,
        async () => Math.abs(((await inForce('c1')).a ?? 0) - a) < 0.02,
      );
      assert.deepEqual(await inForce('c1'), { a: budgets.get('c1/a'), b: budgets.get('c1/b') });
    }
    const told = await actions();
    assert.equal(new Set(told.map(({ id }) => id)).size, told.length, 'no action has two entries');
    assert.equal(changed.size, 4);
    assert.ok(asked >= 4);
    await kill(connector, 'SIGTERM');
    await kill(weir, 'SIGTERM');
  });

  it('a person judges over HTTP: by the hash, once, and not what they asked for themselves', async () => {
    const weir = await startWeir();
    const connector = startConnector();
    await create('c2', 'suggest');
    await click('c2', 'a');
    await until(
      'an action waits',
      async () => (await campaign('c2'))?.results.rebalance.value?.status === 'pending',
    );
    const id = (await campaign('c2'))?.results.rebalance.decision_id as string;
    const shown = await fetch(`${url}/v1/actions/${id}`);
    const tag = shown.headers.get('etag') as string;
    const action = (await shown.json()) as Record<string, unknown>;
    assert.deepEqual([shown.status, action.status, tag], [200, 'pending', `"${action.hash}"`]);
    const post = async (verb: string, by: string | undefined, ifMatch: string | undefined, of = id) => {
      const answer = await fetch(`${url}/v1/actions/${of}/${verb}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(ifMatch && { 'if-match': ifMatch }) },
        body: JSON.stringify({ comment: 'as planned', ...(by && { by }) }),
      });
      return {
        status: answer.status,
        tag: answer.headers.get('etag'),
        body: (await answer.json()) as Record<string, unknown>,
      };
    };
    const statuses = [
      await post('approve', 'ana', undefined),
      await post('approve', undefined, tag),
      await post('approve', 'ana', tag, '0-1-99999'),
      await post('approve', 'media@example.com', tag),
      await post('approve', 'ana', '"0000000000000000"'),
      await post('revert', 'ana', tag),
      await post('approve', 'ana', tag),
      await post('approve', 'ben', tag),
    ].map(({ status }) => status);
    assert.deepEqual(statuses, [428, 400, 404, 403, 412, 409, 200, 409]);
    await until(
      'it is applied',
      async () => (await campaign('c2'))?.results.rebalance.value?.status === 'applied',
    );
    const [{ a }, before] = [await inForce('c2'), changed.size];
    assert.ok((a ?? 0) > 100);
    const revert = await post('revert', 'ana', tag);
    assert.equal(revert.status, 200);
    const back = revert.body.revert as string;
    const backTag = (await fetch(`${url}/v1/actions/${back}`)).headers.get('etag') as string;
    assert.equal((await post('approve', 'ana', backTag, back)).status, 403);
    assert.equal((await post('approve', 'ben', backTag, back)).status, 200);
    await until('it is taken back', async () => (await inForce('c2')).a === 100);
    assert.equal(changed.size, before + 1);
    assert.equal(
      ((await (await fetch(`${url}/v1/actions/${id}`)).json()) as { status: string }).status,
      'reverted',
    );
    await kill(connector, 'SIGTERM');
    await kill(weir, 'SIGTERM');
  });
});
