/** A connection to a cluster: what a server refuses was not executed, what is unknown is never sent again. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WeirError } from '../../src/core/errors.ts';
import { type PartitionKeys, partitionKeys, slotOf } from '../../src/core/partition.ts';
import type { Commit, Position } from '../../src/core/ports.ts';
import { Durability } from '../../src/processor/durability.ts';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { RedisState } from '../../src/processor/redis-state.ts';
import { RespStreamReader } from '../../src/processor/resp-stream-reader.ts';
import { checkRedisSettings } from '../../src/processor/settings-check.ts';
import { type ClusterNode, freePorts, TemporaryCluster } from './temporary-cluster.ts';
import { startTemporaryRedis } from './temporary-redis.ts';

let cluster: TemporaryCluster;
let connection: RedisConnection;
let partitions = 0;

before(async () => {
  cluster = await TemporaryCluster.start({ replica: false });
  connection = connect(cluster.url, { replyWithin: 1_500 });
});

after(async () => {
  await connection?.close();
  await cluster?.stop();
});

/** Each test has a partition of its own, with keys in a slot of its own. */
const newKeys = () => partitionKeys(partitions++, 64, 'connection');
const holderOf = (keys: PartitionKeys) => cluster.holderOf(slotOf(keys.owner));
const otherThan = (node: ClusterNode) => cluster.masters.find((other) => other !== node) as ClusterNode;

function outOnly(from: Position): Commit {
  const to = { ...from, commit: from.commit + 1, head: 'after' };
  const none = { states: [], timers: [], mail: [], changed: [], undecided: [], dead: [], late: [] };
  return { from, to, ...none, out: [['one', null]], ids: [], dropIds: [] };
}

async function acquired(state: RedisState) {
  const answer = await state.acquire('A', `nonce ${performance.now()}`, 60_000);
  assert.ok(answer.ok);
  return answer;
}

const published = (keys: PartitionKeys) => connection.ask('testing', (redis) => redis.xlen(keys.out));

/** Again while the way to it is being learnt. */
async function inTheEnd<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (!isAway(error) || tries > 100) throw error;
      await sleep(100);
    }
  }
}

describe('cluster connection', () => {
  it('commits where the partition is', async () => {
    const homes = new Set<ClusterNode>();
    for (let i = 0; i < 6; i++) {
      const keys = partitionKeys(i, 6, 'spread');
      const state = new RedisState(connection, keys);
      const { token, position } = await acquired(state);
      assert.deepEqual(await state.commit(token, outOnly(position), 60_000), { ok: true });
      assert.ok(await state.renew(token, 1, 60_000));
      assert.ok(Math.abs((await state.time()) - Date.now()) < 60_000);
      homes.add(await holderOf(keys));
    }
    assert.equal(homes.size, 3);
  });

  it('does not send a commit again that was never answered, and the next owner reads how far it came', async () => {
    const keys = newKeys();
    const state = new RedisState(connection, keys);
    const { token, position } = await acquired(state);
    const holder = await holderOf(keys);
    holder.freeze();
    try {
      await assert.rejects(state.commit(token, outOnly(position), 60_000), isAway);
    } finally {
      holder.thaw();
    }
    // it lay in the server's socket, and was executed there, once
    const again = await inTheEnd(() => acquired(state));
    assert.deepEqual(again.position, outOnly(position).to);
    assert.equal(await published(keys), 1);
  });

  it('refuses a token that was drawn before the connection to that server closed', async () => {
    const keys = newKeys();
    const state = new RedisState(connection, keys);
    const { token, position } = await acquired(state);
    const holder = await holderOf(keys);
    await holder.call('client', 'kill', 'type', 'normal', 'skipme', 'yes');
    await assert.rejects(state.commit(token, outOnly(position), 60_000), isAway);
    await assert.rejects(state.renew(token, 0, 60_000), isAway);
    assert.equal(await inTheEnd(() => published(keys)), 0);
    const fresh = await inTheEnd(() => acquired(state));
    assert.deepEqual(await state.commit(fresh.token, outOnly(fresh.position), 60_000), { ok: true });
  });

  it('executes nothing on a slot that moves or has moved, and goes on at its new home', async () => {
    const keys = newKeys();
    const state = new RedisState(connection, keys);
    const reader = new RespStreamReader(connection);
    const { token, position } = await acquired(state);
    const entry = (await connection.ask('testing', (redis) => redis.xadd(keys.in, '*', 'd', '1'))) as string;
    assert.equal((await reader.read(keys.in, '0-0', 10, 0)).length, 1);
    const [from, to] = [await holderOf(keys), otherThan(await holderOf(keys))];
    const slot = slotOf(keys.owner);
    await to.call('cluster', 'setslot', slot, 'importing', from.id);
    await from.call('cluster', 'setslot', slot, 'migrating', to.id);
    // half of it is there: keys of one script on two servers
    await from.call('migrate', '127.0.0.1', to.port, '', 0, 5_000, 'KEYS', keys.in);
    await assert.rejects(state.commit(token, outOnly(position), 60_000), refusedWith('TRYAGAIN'));
    await assert.rejects(acquired(state), refusedWith('TRYAGAIN'));
    // what names one key finds it
    await connection.ask('testing', (redis) => redis.xadd(keys.in, '*', 'd', '2'));
    assert.equal(await connection.ask('testing', (redis) => redis.xlen(keys.in)), 2);
    for (;;) {
      const names = (await from.call('cluster', 'getkeysinslot', slot, 100)) as string[];
      if (names.length === 0) break;
      await from.call('migrate', '127.0.0.1', to.port, '', 0, 5_000, 'KEYS', ...names);
    }
    for (const node of [to, from, ...cluster.masters])
      await node.call('cluster', 'setslot', slot, 'node', to.id);
    await assert.rejects(state.commit(token, outOnly(position), 60_000), refusedWith('MOVED'));
    assert.equal(await published(keys), 0);
    const again = await acquired(state);
    assert.deepEqual(again.position, position);
    assert.equal(again.tailLost, false);
    const { port } = await connection.addressOf('testing', keys.in);
    assert.equal(port, to.port);
    assert.deepEqual(await state.commit(again.token, outOnly(again.position), 60_000), { ok: true });
    // the reader hears of it as of a connection that closed
    await assert.rejects(reader.read(keys.in, entry, 10, 0), isAway);
    assert.equal((await reader.read(keys.in, entry, 10, 0)).length, 1);
    await reader.close();
  });

  it('says that nobody holds a slot, and executes nothing', async () => {
    const keys = newKeys();
    const holder = await holderOf(keys);
    const slot = slotOf(keys.owner);
    for (const node of cluster.masters) await node.call('cluster', 'delslots', slot);
    await assert.rejects(acquired(new RedisState(connection, keys)), isAway);
    await assert.rejects(
      connection.ask('testing', (redis) => redis.xadd(keys.in, '*', 'd', '1')),
      refusedWith('CLUSTERDOWN'),
    );
    await holder.call('cluster', 'addslots', slot);
    await inTheEnd(() => acquired(new RedisState(connection, keys)));
  });

  it('asks the server of a partition whether what it committed is safe', async () => {
    const keys = newKeys();
    await acquired(new RedisState(connection, keys));
    const durability = new Durability(connection.another());
    const future = `${Date.now() + 60_000}-0`;
    for (const id of ['1-0', future])
      await connection.ask('testing', (redis) => redis.xadd(keys.out, id, 'd', '{}'));
    assert.equal(await durability.holds('1-0', keys), true);
    assert.equal(await durability.holds('1-1', keys), false, 'it was lost');
    assert.equal(await durability.holds(future, keys), false);
    await durability.close();
  });

  it('checks the settings of every server', async () => {
    await checkRedisSettings(connection);
    const last = cluster.masters.at(-1) as ClusterNode;
    await last.call('config', 'set', 'maxmemory-policy', 'allkeys-lru');
    await assert.rejects(
      checkRedisSettings(connection),
      new RegExp(`127.0.0.1:${last.port}: it may evict keys \\(maxmemory-policy allkeys-lru\\)`),
    );
    await last.call('config', 'set', 'maxmemory-policy', 'noeviction');
  });

  it('tells one server from a cluster, and the other way round', async () => {
    const [first] = cluster.masters as [ClusterNode];
    const one = connect(`redis://127.0.0.1:${first.port}`);
    await assert.rejects(
      checkRedisSettings(one),
      /it is a node of a cluster; set REDIS_URL to redis\+cluster/,
    );
    await one.close();
    const whole = connect(`redis+cluster://127.0.0.1:${first.port}`);
    const ports = await whole.askEach('testing', async (redis) => redis.options.port as number);
    assert.deepEqual(ports.toSorted(), cluster.masters.map(({ port }) => port).toSorted());
    await whole.close();
    await assert.rejects(
      whole.ask('testing', (redis) => redis.exists('a')),
      /the connection is closed/,
    );
  });

  it('says why when it is no cluster', async () => {
    const [port] = await freePorts(1);
    const server = await startTemporaryRedis('--port', String(port), '--bind', '127.0.0.1');
    const none = connect(`redis+cluster://127.0.0.1:${port}`, { readyWithin: 500 });
    await assert.rejects(
      none.ask('starting', (redis) => redis.exists('a')),
      /cluster support disabled: this is one server; write redis:\/\//,
    );
    await none.close();
    await server.stop();
  });

  it('says why when nobody of it answers', async () => {
    const nobody = connect('redis+cluster://127.0.0.1:1', { readyWithin: 500 });
    await assert.rejects(
      nobody.ask('starting', (redis) => redis.exists('a')),
      /starting: connect ECONNREFUSED 127.0.0.1:1/,
    );
    await nobody.close();
  });
});

function isAway(error: unknown): boolean {
  return error instanceof WeirError && error.code === 'redis_away';
}

function refusedWith(reply: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(isAway(error));
    assert.match((error as WeirError).message, new RegExp(reply));
    return true;
  };
}
