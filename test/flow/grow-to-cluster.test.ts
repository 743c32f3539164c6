/** From one server to a cluster as docs/operations.md says, with the tools of Redis: nothing is lost, and weir works meanwhile. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { PARTITIONS } from '../../bench/chaos/deployment.ts';
import { partitionKeys, SLOTS, slotOf } from '../../src/core/partition.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { DRAWN_SEED } from '../drawn-seed.ts';
import { ClusterStage } from './cluster-stage.ts';
import { ClusterNode, freePorts, moveSlot } from './temporary-cluster.ts';
import { until } from './until.ts';

const SEED = DRAWN_SEED;

describe(`a deployment that grows, seed ${SEED}`, { timeout: 600_000 }, () => {
  let folder: string;
  let single: EmbeddedRedis;
  let stage: ClusterStage;
  let ports: number[];
  const nodes: ClusterNode[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
    ports = await freePorts(6);
    single = await startEmbeddedRedis(join(folder, '0'), {
      settings: ['--port', String(ports[0]), '--bind', '127.0.0.1'],
    });
    stage = await ClusterStage.open(SEED);
    await stage.start(address(0));
  });

  after(async () => {
    await stage?.close();
    for (const node of nodes) await node.stop();
    await single?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const address = (i: number, scheme = 'redis') => `${scheme}://127.0.0.1:${ports[2 * i]}`;
  const place = (i: number) => `127.0.0.1:${ports[2 * i]}`;
  /** Says yes to what it asks. */
  const cli = (...args: string[]) => {
    const running = promisify(execFile)('redis-cli', ['--cluster', ...args], { timeout: 120_000 });
    running.child.stdin?.end('yes\n');
    return running;
  };

  async function startNode(i: number): Promise<ClusterNode> {
    const node = new ClusterNode(
      join(folder, String(i)),
      ports[2 * i] as number,
      ports[2 * i + 1] as number,
      [],
    );
    nodes.push(node);
    await node.start();
    return node;
  }

  it('runs on one server, and then on a cluster of one with the same data', async () => {
    stage.send();
    await stage.more(100);
    await stage.inQuiet(async () => {
      await stage.leave();
      await single.stop();
      const first = await startNode(0);
      await cli('fix', place(0));
      await until('all slots are held', async () =>
        String(await first.call('cluster', 'info')).includes(`cluster_slots_ok:${SLOTS}`),
      );
      await stage.start(address(0, 'redis+cluster'));
    });
    await stage.more(60);
  });

  it('goes on while two more servers join and take the slots of partitions', async () => {
    for (const i of [1, 2]) {
      await startNode(i);
      await cli('add-node', place(i), place(0));
    }
    await until('all have heard of each other', async () => {
      const told = await Promise.all(nodes.map((node) => node.call('cluster', 'info')));
      return told.every((text) => /cluster_state:ok[\s\S]*cluster_known_nodes:3/.test(String(text)));
    });
    const [first, ...others] = nodes as [ClusterNode, ...ClusterNode[]];
    for (const [i, node] of others.entries()) {
      const slot = slotOf(partitionKeys(i + 1, PARTITIONS).in);
      assert.ok((await moveSlot(slot, first, node, nodes, 10)) > 4, 'keys were moved');
    }
    await stage.more(60);
  });

  it('came to what the oracle makes of its logs', async () => {
    await stage.judge();
    assert.deepEqual(new Set(await stage.incarnations()), new Set(['1']), 'no tail was lost');
  });
});
