/** A fresh deployment learns from a history: it knows what the first one knew, tells nobody of it, and learns nothing twice. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import { type House, openHouse } from '../../src/cli/house.ts';
import { houseWriter } from '../../src/cli/import/house-writer.ts';
import { type HistoryTask, importHistory } from '../../src/cli/import/import-history.ts';
import type { WeirError } from '../../src/core/errors.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/units.ts';
import { ACTION_STREAM } from '../../src/processor/action-stream.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { readEntity } from '../../src/processor/read-entity.ts';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.ts';
import { startTemporaryRedis } from './temporary-redis.ts';
import { until } from './until.ts';

const CONFIG = `timezone: UTC
partitions: 2
subscriptions:
  all: { rules: [score], to: stream }
entities:
  campaign: { key: campaign_id }
  channel: { key: [campaign_id, channel] }
  lead: { key: lead_id }
---
features:
  lead:
    views: { count: content.opened }
  channel:
    budget: { last: budget, on: [campaign.created, campaign.updated, action.applied], each: [channels, budgets], default: 0 }
    clicks: { count: campaign.click, where: $not($exists(fraud)) }
    screened: { screen: campaign.click, duplicate: 10s, burst: 1000, within: 1m }
    response: { forecast: cpa, horizon: 1h, on: campaign.click, spent: cost, outcome: campaign.application, match: click_id }
  campaign:
    autonomy: { last: autonomy, on: [campaign.created, campaign.updated] }
    total: { sum: budget, of: channel, by: campaign_id }
    channels: { rows: [channel, budget, clicks], of: channel, by: campaign_id }
---
rule: score
description: d
owner: o
version: 1
mode: live
for: lead
value: views
---
rule: rebalance
description: d
owner: media@example.com
version: 1
mode: live
for: campaign
when: $count(channels) > 1
every: 1d
allocate: { total: total, among: channels, current: budget, weight: clicks + 1, limits: { smallest_move: 1 } }
then: { action: channel_reallocation }
`;

/** Whole days ago, so that the past is over when the test begins. */
const START = Math.floor(Date.now() / DAY) * DAY - 30 * DAY;

type Event = Record<string, unknown>;

/** Twelve days of two campaigns: one channel clicks more often than the other. */
function story(): Event[] {
  const events: Event[] = [];
  const add = (type: string, time: number, data: Event) =>
    events.push({ id: `e${events.length}`, source: 'shop', type, time, data });
  for (const campaign_id of ['c1', 'c2'])
    add('campaign.created', START, {
      ...{ campaign_id, daily_budget: 200, currency: 'EUR', autonomy: 'auto' },
      channels: [
        { channel: 'a', budget: 100 },
        { channel: 'b', budget: 100 },
      ],
    });
  for (let hour = 0; hour < 12 * 24; hour++)
    for (const [index, channel] of ['a', 'b', 'a'].entries()) {
      const time = START + hour * HOUR + index * MINUTE + (index + 1) * 1_000;
      const campaign_id = hour % 2 === 0 ? 'c1' : 'c2';
      const click_id = `k${hour}-${index}`;
      const browser = { user_agent: 'Mozilla/5.0 Firefox/140.0', ip_address: `203.0.113.${hour % 250}` };
      add('campaign.click', time, { campaign_id, channel, cost: 0.5, click_id, ...browser });
      if ((hour + index) % 7 === 0)
        add('campaign.application', time + 20_000, { campaign_id, channel, click_id });
      if (index === 0) add('content.opened', time + 30_000, { lead_id: `l${hour % 9}`, content_id: 'g' });
    }
  return events.sort((a, b) => (a.time as number) - (b.time as number));
}

describe('a history imported into a fresh deployment', { timeout: 240_000 }, () => {
  let postgres: TemporaryPostgres;
  let folder: string;
  const servers: EmbeddedRedis[] = [];
  const houses = new Set<House>();
  const connections = new Set<RedisConnection>();

  before(async () => {
    postgres = await startTemporaryPostgres();
    folder = mkdtempSync(join(tmpdir(), 'weir-test-'));
    writeFileSync(join(folder, 'weir.yaml'), CONFIG);
  });
  after(async () => {
    for (const house of houses) await house.close();
    for (const connection of connections) await connection.close();
    await Promise.all(servers.map((server) => server.stop()));
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A Redis with nothing in it, as safe as a sync for each write. */
  async function freshRedis(): Promise<string> {
    const server = await startTemporaryRedis('--appendfsync', 'always');
    servers.push(server);
    return `unix:${(server.target as { path: string }).path}`;
  }

  function connected(server: number): RedisConnection {
    const connection = connect(servers.at(server)?.target as EmbeddedRedis['target']);
    connections.add(connection);
    return connection;
  }

  async function otherDatabase(name: string): Promise<string> {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    return withDatabase(name);
  }

  function withDatabase(name: string): string {
    return /[?&]db=/.test(postgres.url)
      ? postgres.url.replace(/([?&]db=)[^&]*/, `$1${name}`)
      : postgres.url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
  }

  const environmentOf = (redisUrl: string, databaseUrl: string) => ({
    ...{ redisUrl, databaseUrl, host: '127.0.0.1', port: 0, config: folder, data: folder, instance: 'a' },
  });

  async function open(redisUrl: string, databaseUrl = postgres.url): Promise<House> {
    const house = await openHouse({
      environment: environmentOf(redisUrl, databaseUrl),
      clockMode: 'log',
      onNotice: () => undefined,
    });
    houses.add(house);
    await until('all is owned', () => house.processor.owned === 2);
    return house;
  }

  async function close(house: House): Promise<void> {
    houses.delete(house);
    await house.close();
  }

  async function settled(house: House): Promise<void> {
    await until('all is applied', () => house.processor.drained());
    await until('the history is written', async () => (await house.processor.deliver?.lag()) === 0);
  }

  const taskOf = (
    redisUrl: string,
    more: Partial<HistoryTask> & { databaseUrl?: string } = {},
  ): HistoryTask => {
    const { databaseUrl = postgres.url, ...rest } = more;
    return {
      env: {
        ...{ REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, WEIR_CONFIG: folder, WEIR_DATA: folder },
        WEIR_INSTANCE: 'a',
      },
      now: Date.now,
      onRejected: (event, problem) => assert.fail(`${JSON.stringify(event)}: ${problem}`),
      ...rest,
    };
  };

  async function valuesOf(house: House, kind: string, id: string): Promise<Record<string, unknown>> {
    const found = await readEntity(house.connection, house.rules, kind, id);
    assert.ok(found, `${kind} ${id}`);
    const { entity } = found;
    const features = entity.kind.nodes.filter(({ type }) => type !== 'rule' && type !== 'actions');
    return Object.fromEntries(features.map(({ name, slot }) => [name, entity.slots[slot]]));
  }

  /** What is known of everybody. */
  async function known(house: House): Promise<unknown> {
    const entities: unknown[] = [];
    for (const id of ['c1', 'c2']) entities.push(await valuesOf(house, 'campaign', id));
    for (const id of ['c1/a', 'c1/b', 'c2/a', 'c2/b']) entities.push(await valuesOf(house, 'channel', id));
    for (const id of ['l0', 'l4']) entities.push(await valuesOf(house, 'lead', id));
    return entities;
  }

  async function lengths(redis: RedisConnection): Promise<Record<string, number>> {
    const keys = [
      ACTION_STREAM,
      'weir:decisions',
      ...[0, 1].flatMap((p) => Object.values(partitionKeys(p, 2))),
    ];
    return redis.ask('counting', async (client) => {
      const found: Record<string, number> = {};
      for (const key of keys) if ((await client.type(key)) === 'stream') found[key] = await client.xlen(key);
      return found;
    });
  }

  let first: string;
  let learned: unknown;
  let events: Event[];

  before(async () => {
    first = await freshRedis();
    const house = await open(first);
    events = story();
    const writer = houseWriter(house);
    for (let at = 0; at < events.length; at += 400) await writer.write(events.slice(at, at + 400));
    await settled(house);
    const redis = connected(0);
    await until('actions go out', async () => ((await lengths(redis))[ACTION_STREAM] ?? 0) >= 16);
    const [entry] = await redis.ask('reading actions', (client) =>
      client.xrevrange(ACTION_STREAM, '+', '-', 'COUNT', 1),
    );
    const fields = entry?.[1] as string[];
    const action = JSON.parse(fields[fields.indexOf('d') + 1] ?? fields[1] ?? '{}') as Event;
    await writer.write([
      {
        ...{ id: 'report', type: 'action.applied', time: START + 12 * DAY },
        data: { action_id: action.id, idempotency_key: action.idempotency_key },
      },
    ]);
    await settled(house);
    learned = await known(house);
    await close(house);
  });

  const decisionsOf = async (redis: RedisConnection) => {
    const rows = await redis.ask('reading outboxes', async (client) =>
      (await Promise.all([0, 1].map((p) => client.xrange(partitionKeys(p, 2).out, '-', '+')))).flat(),
    );
    return rows
      .map(([, fields]) => fields[fields.indexOf('d') + 1] as string)
      .filter((text) => text.startsWith('{"id"'))
      .map((text) => JSON.parse(text) as { past?: true; act?: unknown; rule: string; time: number });
  };

  it('the same is known, nobody was told, and the second time nothing happens', async () => {
    const url = await freshRedis();
    const shares: number[] = [];
    // "so long ago" is a later time at the second run, and the same import
    const whole = { since: START - 2 * DAY, sinceText: '40d' };
    const done = await importHistory(taskOf(url, { ...whole, onBatch: (share) => shares.push(share) }));
    // the report of an action is one of them: it comes as a change of the campaign
    assert.deepEqual([done.accepted, done.rejected, done.passed], [events.length + 1, 0, events.length + 1]);
    assert.ok(shares.every((share, i) => share >= (shares[i - 1] ?? 0)) && shares.at(-1) === 1);

    const redis = connected(-1);
    const after = await lengths(redis);
    assert.equal(after[ACTION_STREAM] ?? 0, 0);
    assert.equal(after['weir:decisions'] ?? 0, 0);
    const decisions = await decisionsOf(redis);
    assert.ok(decisions.length > 100, `${decisions.length} decisions`);
    assert.ok(decisions.every(({ past }) => past === true));
    assert.ok(
      decisions.every(({ act }) => act === undefined),
      'nothing was proposed',
    );

    const again = await importHistory(taskOf(url, { ...whole, since: START - DAY }));
    assert.deepEqual([again.before, again.accepted], [true, events.length + 1]);
    assert.deepEqual(await lengths(redis), after);
    await assert.rejects(
      importHistory(taskOf(url, { since: START + DAY })),
      (error: WeirError) => error.code === 'wrong_usage' && /another --since/.test(error.message),
    );

    const house = await open(url);
    assert.deepEqual(await known(house), learned);
    // from now on it is news
    const now = Date.now() + MINUTE;
    await houseWriter(house).write([
      { id: 'n1', type: 'content.opened', time: now, data: { lead_id: 'l0', content_id: 'g' } },
      {
        ...{ id: 'n2', type: 'campaign.updated', time: now },
        data: {
          campaign_id: 'c1',
          channels: [
            { channel: 'a', budget: 100 },
            { channel: 'b', budget: 100 },
          ],
        },
      },
    ]);
    await settled(house);
    await until('an action goes out', async () => ((await lengths(redis))[ACTION_STREAM] ?? 0) > 0);
    await until('a decision is told', async () => ((await lengths(redis))['weir:decisions'] ?? 0) === 1);
    const fresh = (await decisionsOf(redis)).filter(({ past }) => past === undefined);
    assert.ok(fresh.length >= 2 && fresh.every(({ time }) => time >= done.until));
    await close(house);
  });

  it('an import that was interrupted goes on, into the same', async () => {
    const url = await freshRedis();
    const databaseUrl = await otherDatabase('second');
    let batches = 0;
    const breaking = taskOf(url, {
      ...{ databaseUrl, database: postgres.url, since: START },
      onBatch: () => {
        batches += 1;
        if (batches === 3) throw new Error('the machine went away');
      },
    });
    await assert.rejects(importHistory(breaking), /went away/);
    const done = await importHistory(taskOf(url, { databaseUrl, database: postgres.url, since: START }));
    // the two events of the test before are in this history too, and so is nothing twice
    assert.deepEqual([done.passed, done.rejected], [events.length + 3, 0]);
    assert.equal(done.accepted, events.length + 3);
    const house = await open(url, databaseUrl);
    const clicks = async (id: string) => (await valuesOf(house, 'channel', id)).clicks;
    const expected = (campaign: string, channel: string) =>
      events.filter(
        ({ type, data }) =>
          type === 'campaign.click' &&
          (data as Event).campaign_id === campaign &&
          (data as Event).channel === channel,
      ).length;
    assert.equal(await clicks('c2/a'), expected('c2', 'a'));
    assert.equal(await clicks('c1/b'), expected('c1', 'b'));
    await close(house);
  });

  it('a deployment that knows something already takes no history', async () => {
    await assert.rejects(
      importHistory(taskOf(first)),
      (error: WeirError) => error.code === 'wrong_usage' && /fresh deployment/.test(error.message),
    );
  });
});
