/** A whole weir on a Redis Cluster: exact while slots move under load, a master restarts, and a replica takes over. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PARTITIONS } from '../../bench/chaos/deployment.ts';
import { partitionKeys, slotOf } from '../../src/core/partition.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { DRAWN_SEED } from '../drawn-seed.ts';
import { ClusterStage } from './cluster-stage.ts';
import { type ClusterNode, TemporaryCluster } from './temporary-cluster.ts';
import { until } from './until.ts';

const SEED = DRAWN_SEED;
const BETWEEN_KEYS = 60;

describe(`a weir on three masters, seed ${SEED}`, { timeout: 600_000 }, () => {
  let cluster: TemporaryCluster;
  let stage: ClusterStage;

  before(async () => {
    cluster = await TemporaryCluster.start({ replica: true });
    stage = await ClusterStage.open(SEED);
    await stage.start(cluster.url);
  });

  after(async () => {
    await stage?.close();
    await cluster?.stop();
  });

  const slotsOf = (partitions: number) =>
    Array.from({ length: partitions }, (_, p) => slotOf(partitionKeys(p, partitions).in));

  it('has partitions on every master', async () => {
    const holders = await Promise.all(slotsOf(PARTITIONS).map((slot) => cluster.holderOf(slot)));
    assert.equal(new Set(holders).size, cluster.masters.length);
  });

  it('goes on while the slots of a partition and of the public stream move under load', async () => {
    const [first, second, third] = cluster.masters as [ClusterNode, ClusterNode, ClusterNode];
    const [slot] = slotsOf(PARTITIONS) as [number];
    const target = (await cluster.holderOf(slot)) === first ? second : first;
    const intake = (await cluster.holderOf(slotOf(PUBLIC_STREAM))) === third ? second : third;
    stage.send();
    await stage.more(100);
    assert.ok((await cluster.moveSlot(slot, target, BETWEEN_KEYS)) > 4, 'keys were moved');
    await stage.more(50);
    await cluster.moveSlot(slotOf(PUBLIC_STREAM), intake, 300);
    await stage.more(50);
    const refused = new Set<string>();
    for (const node of cluster.masters)
      for (const [, name] of String(await node.call('info', 'errorstats')).matchAll(/errorstat_(\w+)/g))
        refused.add(name as string);
    for (const name of ['MOVED', 'ASK', 'TRYAGAIN']) assert.ok(refused.has(name), `${name} was answered`);
  });

  it('goes on when a master was killed and came back', async () => {
    const [, second] = cluster.masters as [ClusterNode, ClusterNode];
    await second.kill();
    await second.start();
    await stage.more(100);
  });

  it('goes on when a replica took the place of a master that died', async () => {
    const [first] = cluster.masters as [ClusterNode];
    const replica = cluster.replica as ClusterNode;
    await stage.inQuiet(async () => {
      await until('the replica has everything', async () => {
        const info = String(await first.call('info', 'replication'));
        const offset = /master_repl_offset:(\d+)/.exec(info)?.[1];
        return offset !== undefined && info.includes(`offset=${offset},`);
      });
      await first.kill();
    });
    await until('the replica has taken over', async () =>
      /role:master/.test(String(await replica.call('info', 'replication'))),
    );
    await stage.more(100);
  });

  it('came to what the oracle makes of its logs, and lost nothing that was acknowledged', async () => {
    await stage.judge();
    assert.deepEqual(new Set(await stage.incarnations()), new Set(['1']), 'no tail was lost');
  });
});
