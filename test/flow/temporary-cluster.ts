/** A Redis Cluster for one test file: real servers on loopback, slots moved and servers killed as the test says. */

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { SLOTS } from '../../src/core/partition.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { until } from './until.ts';

/** Servers hold one that is silent for so long for dead. */
const DEAD_AFTER = 1_000;

export class ClusterNode {
  readonly port: number;
  readonly folder: string;
  /** Name among the servers of the cluster. */
  id = '';
  #server: EmbeddedRedis | undefined;
  #admin: Redis | undefined;
  readonly #settings: readonly string[];

  constructor(folder: string, port: number, busPort: number, settings: readonly string[]) {
    this.folder = folder;
    this.port = port;
    const own = {
      port,
      bind: '127.0.0.1',
      'cluster-enabled': 'yes',
      'cluster-port': busPort,
      'cluster-node-timeout': DEAD_AFTER,
      'cluster-require-full-coverage': 'no',
      'cluster-announce-ip': '127.0.0.1',
      'repl-diskless-sync-delay': 0,
    };
    this.#settings = [
      ...Object.entries(own).flatMap(([name, value]) => [`--${name}`, `${value}`]),
      ...settings,
    ];
  }

  /** Also on the data that it had before. */
  async start(): Promise<void> {
    this.#server = await startEmbeddedRedis(this.folder, { settings: this.#settings });
    this.#admin = new Redis({ path: this.#server.target.path, maxRetriesPerRequest: 0 });
    this.#admin.on('error', () => undefined);
    this.id = String(await this.call('cluster', 'myid'));
  }

  call(command: string, ...args: (string | number)[]): Promise<unknown> {
    return (this.#admin as Redis).call(command, ...args.map(String));
  }

  /** Dies at once; what it wrote stays. */
  async kill(): Promise<void> {
    process.kill((this.#server as EmbeddedRedis).processId, 'SIGKILL');
    await this.stop();
  }

  /** Stands still, with its connections open. */
  freeze(): void {
    process.kill((this.#server as EmbeddedRedis).processId, 'SIGSTOP');
  }

  thaw(): void {
    process.kill((this.#server as EmbeddedRedis).processId, 'SIGCONT');
  }

  async stop(): Promise<void> {
    this.#admin?.disconnect();
    await this.#server?.stop();
    this.#server = undefined;
  }
}

export class TemporaryCluster {
  readonly masters: readonly ClusterNode[];
  /** Of the first master. */
  readonly replica: ClusterNode | undefined;
  readonly #folder: string;

  private constructor(folder: string, masters: readonly ClusterNode[], replica: ClusterNode | undefined) {
    this.#folder = folder;
    this.masters = masters;
    this.replica = replica;
  }

  static async start(options: { replica: boolean }, ...settings: string[]): Promise<TemporaryCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
    const count = options.replica ? 4 : 3;
    const ports = await freePorts(2 * count);
    const nodes = Array.from(
      { length: count },
      (_, i) =>
        new ClusterNode(
          join(folder, `node-${i}`),
          ports[2 * i] as number,
          ports[2 * i + 1] as number,
          settings,
        ),
    );
    const cluster = new TemporaryCluster(folder, nodes.slice(0, 3), nodes[3]);
    try {
      await Promise.all(nodes.map((node) => node.start()));
      await cluster.#join(nodes, ports);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** As an operator writes it. */
  get url(): string {
    return this.masters.map(({ port }) => `redis://127.0.0.1:${port}`).join(',');
  }

  get nodes(): ClusterNode[] {
    return [...this.masters, ...(this.replica ? [this.replica] : [])];
  }

  async #join(nodes: readonly ClusterNode[], ports: readonly number[]): Promise<void> {
    const bounds = [0, Math.floor(SLOTS / 3), Math.floor((2 * SLOTS) / 3), SLOTS];
    for (const [i, node] of this.masters.entries()) {
      await node.call('cluster', 'set-config-epoch', i + 1);
      await node.call('cluster', 'addslotsrange', bounds[i] as number, (bounds[i + 1] as number) - 1);
    }
    const [first] = nodes as [ClusterNode];
    for (const [i, node] of nodes.entries())
      if (i > 0) await node.call('cluster', 'meet', '127.0.0.1', first.port, ports[1] as number);
    await this.#untilAgreed(nodes);
    if (!this.replica) return;
    await this.replica.call('cluster', 'replicate', first.id);
    await until('the replica is up to date', async () =>
      /master_link_status:up/.test(String(await this.replica?.call('info', 'replication'))),
    );
    // an election needs that the others have heard of the replica
    await until('all know the replica', async () => {
      const told = await Promise.all(this.masters.map((node) => node.call('cluster', 'nodes')));
      return told.every((text) => String(text).includes(`slave ${first.id}`));
    });
  }

  async #untilAgreed(nodes: readonly ClusterNode[]): Promise<void> {
    await until('the cluster stands', async () => {
      const told = await Promise.all(nodes.map((node) => node.call('cluster', 'info')));
      return told.every(
        (text) =>
          String(text).includes('cluster_state:ok') &&
          String(text).includes(`cluster_known_nodes:${nodes.length}`) &&
          String(text).includes(`cluster_slots_ok:${SLOTS}`),
      );
    });
  }

  /** The master that holds the slot, as the masters that live say. */
  async holderOf(slot: number): Promise<ClusterNode> {
    for (const asked of this.nodes) {
      const ranges = await (
        asked.call('cluster', 'slots') as Promise<[number, number, [string, number]][]>
      ).catch(() => []);
      const range = ranges.find(([from, to]) => from <= slot && slot <= to);
      const holder = this.nodes.find(({ port }) => port === range?.[2][1]);
      if (holder) return holder;
    }
    throw new Error(`nobody holds slot ${slot}`);
  }

  /** Moves a slot and its keys, one key at a time, as `redis-cli --cluster reshard` does. */
  async moveSlot(slot: number, to: ClusterNode, pause: number): Promise<number> {
    const from = await this.holderOf(slot);
    return from === to ? 0 : moveSlot(slot, from, to, this.masters, pause);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** One key at a time; answers how many there were. */
export async function moveSlot(
  slot: number,
  from: ClusterNode,
  to: ClusterNode,
  masters: readonly ClusterNode[],
  pause: number,
): Promise<number> {
  await to.call('cluster', 'setslot', slot, 'importing', from.id);
  await from.call('cluster', 'setslot', slot, 'migrating', to.id);
  let moved = 0;
  for (;;) {
    const keys = (await from.call('cluster', 'getkeysinslot', slot, 1)) as string[];
    if (keys.length === 0) break;
    await from.call('migrate', '127.0.0.1', to.port, '', 0, 5_000, 'KEYS', ...keys);
    moved += keys.length;
    await sleep(pause);
  }
  for (const node of [to, from, ...masters]) await node.call('cluster', 'setslot', slot, 'node', to.id);
  return moved;
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
