/** A redis-server for one bench: on a folder of its own, append-only file synced every second. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startEmbeddedRedis } from '../src/processor/embedded-redis.ts';

export interface BenchRedis {
  readonly path: string;
  readonly redis: Redis;
  stop(): Promise<void>;
}

/** Rewriting of the append-only file is off: it would fall into one round and not into another. */
export async function startBenchRedis(
  settings: readonly string[] = [],
  base = tmpdir(),
): Promise<BenchRedis> {
  const folder = await mkdtemp(join(base, 'weir-bench-'));
  const server = await startEmbeddedRedis(folder, {
    settings: ['--auto-aof-rewrite-percentage', '0', ...settings],
  });
  const { path } = server.target;
  const redis = openRedis(path);
  const stop = async () => {
    redis.disconnect();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { path, redis, stop };
}

/** A plain client, as any consumer would open it. */
export function openRedis(path: string): Redis {
  return new Redis({ path, maxRetriesPerRequest: null });
}

/** Seconds of CPU the server has used, all its threads. */
export async function redisCpu(redis: Redis): Promise<number> {
  const info = await redis.info('cpu');
  const of = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? Number.NaN);
  return of('used_cpu_user') + of('used_cpu_sys');
}

/** Removes every key that fits the pattern. */
export async function removeKeys(redis: Redis, pattern: string): Promise<void> {
  for (let cursor = '0'; ; ) {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1000);
    if (keys.length > 0) await redis.unlink(...keys);
    if (next === '0') return;
    cursor = next;
  }
}
