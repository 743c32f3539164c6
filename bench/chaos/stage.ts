/** The stage of a run: one Redis, three instances of weir, each with its own way to Redis, in a folder of their own. */

import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type RedisConnection } from '../../src/processor/redis-connection.ts';
import { startTcpProxy, type TcpProxy } from '../../test/flow/tcp-proxy.ts';
import { Instance } from './instance.ts';
import { KillableRedis } from './killable-redis.ts';

export const PARTITIONS = 4;
export const TTL_SECONDS = 2;

export interface Stage {
  readonly folder: string;
  readonly config: string;
  readonly redis: KillableRedis;
  /** For the producer and the observers; never through a proxy. */
  readonly connection: RedisConnection;
  readonly instances: readonly Instance[];
  /** By instance name; the last instance goes to the socket itself. */
  readonly proxies: ReadonlyMap<string, TcpProxy>;
  /** Processes that stand still now, and may wake up with old plans. */
  frozen: number;
  close(options: { keep: boolean }): Promise<void>;
}

const SHIPPED = join(import.meta.dirname, '../../config');

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-chaos-'));
  const config = join(folder, 'config');
  await cp(SHIPPED, config, { recursive: true });
  await appendFile(join(config, 'weir.yaml'), `\npartitions: ${PARTITIONS}\n`);
  const redis = await KillableRedis.start(join(folder, 'redis'));
  const connection = connect({ path: redis.path }, { name: 'chaos' });
  const proxies = new Map([
    ['a', await startTcpProxy({ path: redis.path })],
    ['b', await startTcpProxy({ path: redis.path })],
  ]);
  const instances = ['a', 'b', 'c'].map((name) => newInstance(name, config, redis, proxies.get(name)));
  const close = async ({ keep }: { keep: boolean }) => {
    await Promise.all(instances.map((instance) => instance.kill()));
    await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
    await connection.close();
    await redis.stop();
    if (!keep) await rm(folder, { recursive: true, force: true });
  };
  return { folder, config, redis, connection, instances, proxies, frozen: 0, close };
}

/** Also for a second process under the same name. */
export function newInstance(
  name: string,
  config: string,
  redis: KillableRedis,
  proxy: TcpProxy | undefined,
): Instance {
  const redisUrl = proxy ? `redis://127.0.0.1:${proxy.port}` : `unix:${redis.path}`;
  return new Instance({ name, redisUrl, config, ttl: `${TTL_SECONDS}s` });
}
