/** The servers the house stands on: those the environment names, else our own, started side by side. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedRedis } from '../processor/embedded-redis.ts';
import type { RedisTarget } from '../processor/redis-address.ts';
import { startEmbeddedPostgres } from '../store/embedded-postgres.ts';
import type { DatabaseUrls } from '../store/roles.ts';
import type { Environment } from './environment.ts';

export interface Servers {
  readonly redis: RedisTarget;
  /** Absent: no history is kept. */
  readonly database: DatabaseUrls | undefined;
  /** Ends our own. */
  stop(): Promise<void>;
}

/** @throws WeirError setup_failed when one of our own does not start; then none is left behind */
export async function openServers(environment: Environment): Promise<Servers> {
  const { redisUrl, data } = environment;
  const database = databaseOf(environment);
  if (redisUrl !== undefined) return { redis: redisUrl, database, stop: async () => undefined };
  // PostgreSQL may run as another user: it passes through this folder and sees nothing of it
  await mkdir(data, { recursive: true, mode: 0o711 });
  const started = await Promise.allSettled([
    startEmbeddedRedis(join(data, 'redis')),
    database === undefined ? startEmbeddedPostgres(join(data, 'postgres')) : undefined,
  ]);
  const [redis, postgres] = started;
  const stop = async () => {
    await Promise.all(started.map((server) => server.status === 'fulfilled' && server.value?.stop()));
  };
  if (redis.status === 'fulfilled' && postgres.status === 'fulfilled')
    return { redis: redis.value.target, database: database ?? postgres.value?.urls, stop };
  await stop();
  throw redis.status === 'rejected' ? redis.reason : (postgres as PromiseRejectedResult).reason;
}

/** One user does everything where no others are given. */
export function databaseOf({
  databaseUrl,
  databaseWriteUrl,
  databaseReadUrl,
}: Environment): DatabaseUrls | undefined {
  if (databaseUrl === undefined) return undefined;
  const write = databaseWriteUrl ?? databaseUrl;
  return { migrate: databaseUrl, write, read: databaseReadUrl ?? write };
}
