/** Postgres going away under load: nothing stops meanwhile, and afterwards every row is there, once. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { demoDay } from '../../src/cli/demo-day.ts';
import { type House, openHouse } from '../../src/cli/house.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { RedisOutbox } from '../../src/processor/outbox.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { openDatabase } from '../../src/store/database.ts';
import { root } from '../document-blocks.ts';
import { passableFolder, startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.ts';
import { startTemporaryRedis } from './temporary-redis.ts';
import { until } from './until.ts';

describe('Postgres goes away under load', { timeout: 120_000 }, () => {
  let redis: EmbeddedRedis;
  let postgres: TemporaryPostgres;
  let house: House;
  let data: string;
  const notices: string[] = [];

  before(async () => {
    [redis, postgres, data] = await Promise.all([
      startTemporaryRedis(),
      startTemporaryPostgres(),
      passableFolder(),
    ]);
    const { path } = redis.target;
    house = await openHouse({
      environment: {
        redisUrl: `unix:${path}`,
        databaseUrl: postgres.url,
        host: '127.0.0.1',
        port: 0,
        config: join(root, 'config'),
        data,
        instance: 'a',
      },
      clockMode: 'log',
      onNotice: (notice) => notices.push(notice),
    });
  });
  after(async () => {
    await house.close();
    await Promise.all([redis.stop(), postgres.stop()]);
    await rm(data, { recursive: true, force: true });
  });

  it('loses nothing and doubles nothing, killed or stopped, in the middle of transactions', async () => {
    const day = demoDay(5, Date.UTC(2026, 0, 6)).slice(0, 4_000);
    const { processor, connection } = house;
    await until('every partition is owned', () => processor.owned === processor.workers.length);
    let sent = 0;
    const send = async (count: number) => {
      const events = day.slice(sent, sent + count);
      sent += events.length;
      await connection.ask('sending events', (client) =>
        Promise.all(events.map((event) => client.xadd(PUBLIC_STREAM, '*', 'd', JSON.stringify(event)))),
      );
    };
    for (const leave of [postgres.kill, postgres.pause, postgres.kill]) {
      for (let i = 0; i < 10; i++) {
        await send(60);
        await sleep(20);
      }
      await leave();
      await send(400);
      await until('the stream goes on', () => processor.drained());
      assert.ok(((await processor.deliver?.lag()) ?? 0) > 0, 'the history waits');
      await postgres.start();
    }
    await send(day.length - sent);
    await until('the events are applied', () => processor.drained());
    await until('the history is written', async () => (await processor.deliver?.lag()) === 0);

    const database = openDatabase(postgres.url);
    const read = <T>(query: ReturnType<typeof sql<T>>) =>
      database.read('testing', async (db) => (await query.execute(db)).rows);
    const events = await read(sql<{ id: string }>`
      select event_id as id from events where event_id is not null
      union all select event_id from campaign_events`);
    assert.deepEqual(events.map(({ id }) => id).sort(), day.map(({ id }) => String(id)).sort());
    for (const { partition } of processor.workers) {
      const { out } = partitionKeys(partition, processor.workers.length);
      const { entries } = await new RedisOutbox(connection, out).read('-', 1_000_000);
      const decisions = await read(sql<{ id: string }>`
        select outbox_ms || '-' || outbox_seq as id from decisions
        where partition = ${partition} order by outbox_ms, outbox_seq`);
      assert.deepEqual(
        decisions,
        entries.filter(({ row }) => row).map(({ id }) => ({ id })),
      );
    }
    const [orphans] = await read(sql<{ count: number }>`select count(*) from events where orphaned`);
    assert.equal(orphans?.count, 0);
    assert.ok(notices.includes('the history is written again'));
    await database.close();
  });
});
