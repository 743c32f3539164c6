/** The stage of an act: Redis, a database where there is a history, and instances of weir, each with its own way to both. */

import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Millis } from '../../src/core/units.ts';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { startTcpProxy, type TcpProxy } from '../../test/flow/tcp-proxy.ts';
import { StreamArchive } from './archive.ts';
import type { Database } from './databases.ts';
import { type Deployment, PARTITIONS, TTL_SECONDS } from './deployment.ts';
import { Instance } from './instance.ts';
import { RedisPair } from './redis-pair.ts';

/** The most instances an act may come to. */
export const NAMES = ['a', 'b', 'c', 'd'];

export interface Stage {
  readonly folder: string;
  /** What the oracle reads; each instance has a copy of its own. */
  readonly config: string;
  readonly deployment: Deployment;
  readonly redis: RedisPair;
  readonly database: Database | undefined;
  /** For the producer and the observers; through a proxy only where masters change. */
  readonly connection: RedisConnection;
  readonly archive: StreamArchive;
  readonly instances: readonly Instance[];
  /** Ways to Redis by instance name; the last of the first three goes to the socket itself where there is no replica. */
  readonly proxies: ReadonlyMap<string, TcpProxy>;
  /** The way of producer and observers, where masters change. */
  readonly ownWay: TcpProxy | undefined;
  /** Processes that stand still now, and may wake up with old plans. */
  frozen: number;
  /** When a fault began or ended last, of `performance.now()`. */
  disturbedAt: Millis;
  /** Instances are of a version that writes records of a newer form. */
  newer: boolean;
  /** A tail was lost, and has been said to be. */
  losses: number;
  /** Texts that are no events, whatever the reason they are refused for. */
  readonly hostile: Set<string>;
  /** Keys of persons who were erased. */
  readonly erased: Set<string>;
  close(options: { keep: boolean }): Promise<void>;
}

const SHIPPED = join(import.meta.dirname, '../../config');
const OWN_RULES = join(import.meta.dirname, 'own-rules.yaml');

export async function openStage(deployment: Deployment, database: Database | undefined): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-chaos-'));
  const config = join(folder, 'config');
  await cp(SHIPPED, config, { recursive: true });
  await cp(OWN_RULES, join(config, 'rules', 'chaos.yaml'));
  await appendFile(join(config, 'weir.yaml'), `\npartitions: ${PARTITIONS}\n`);
  const replicated = deployment.replica !== 'none';
  const redis = await RedisPair.start(folder, { fsync: deployment.fsync, replicated });
  const ownWay = replicated ? await startTcpProxy(redis.target) : undefined;
  const connection = connect(ownWay ? urlOf(ownWay) : redis.target, { name: 'chaos' });
  const proxied = replicated ? NAMES : NAMES.filter((name) => name !== 'c');
  const proxies = new Map<string, TcpProxy>();
  for (const name of proxied) proxies.set(name, await startTcpProxy(redis.target));
  const instances: Instance[] = [];
  const archive = new StreamArchive(connection);
  const stage: Stage = {
    ...{ folder, config, deployment, redis, database, connection, archive, instances, proxies, ownWay },
    ...{ frozen: 0, disturbedAt: 0, newer: false, losses: 0, hostile: new Set(), erased: new Set() },
    close: async ({ keep }) => {
      await Promise.all(instances.map((instance) => instance.kill()));
      await Promise.all([...proxies.values(), ...(ownWay ? [ownWay] : [])].map((proxy) => proxy.close()));
      await connection.close();
      await redis.close();
      await database?.close();
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
  for (const name of NAMES) instances.push(await newInstance(stage, name));
  return stage;
}

/** Also for a second process under the same name. */
export async function newInstance(stage: Stage, name: string): Promise<Instance> {
  const config = join(stage.folder, `config-${name}`);
  await cp(stage.config, config, { recursive: true });
  const proxy = stage.proxies.get(name);
  return new Instance({
    name,
    redisUrl: proxy ? urlOf(proxy) : `unix:${stage.redis.target.path}`,
    databaseUrl: stage.database?.url,
    config,
    data: stage.folder,
    ttl: `${TTL_SECONDS}s`,
    imports: () => (stage.newer ? [NEWER_FORM] : []),
  });
}

export const NEWER_FORM = join(import.meta.dirname, 'newer-form.ts');

function urlOf({ port }: TcpProxy): string {
  return `redis://127.0.0.1:${port}`;
}
