/** Refuses a Redis that could lose or evict what weir keeps in it. */

import type { Redis } from 'ioredis';
import { WeirError } from '../core/errors.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface RedisFacts {
  readonly version: string;
  readonly processId: number;
}

type Info = ReadonlyMap<string, string>;

const OLDEST = 7;

/**
 * Reads INFO, which any monitoring user may, and not CONFIG, which hosted servers and careful ACLs forbid; of a
 * cluster, of every server that holds keys. Throws redis_settings with all that is wrong and the commands that set it
 * right.
 */
export async function checkRedisSettings(connection: RedisConnection): Promise<RedisFacts> {
  const servers = await readInfo(connection);
  const problems = servers.flatMap(({ address, info }) =>
    problemsOf(info, connection.isCluster).map((problem) =>
      connection.isCluster ? `${address}: ${problem}` : problem,
    ),
  );
  const [{ info }] = servers as [(typeof servers)[number]];
  const version = info.get('redis_version') ?? 'unknown';
  const policy = info.get('maxmemory_policy') ?? null;
  if (problems.length > 0)
    throw new WeirError(
      'redis_settings',
      `checking the settings of Redis: ${problems.join('; ')}${
        problems.some((problem) => problem.includes('CONFIG SET')) ? ', and put it into redis.conf' : ''
      }`,
      { context: { version, policy, aof: info.get('aof_enabled') ?? null } },
    );
  return { version, processId: Number(info.get('process_id') ?? 0) };
}

function problemsOf(info: Info, isCluster: boolean): string[] {
  const version = info.get('redis_version') ?? 'unknown';
  const problems: string[] = [];
  if (!(Number.parseInt(version, 10) >= OLDEST))
    problems.push(`its version is ${version}; install Redis ${OLDEST}.0 or newer`);
  const policy = info.get('maxmemory_policy');
  if (policy !== 'noeviction')
    problems.push(
      `it may evict keys (maxmemory-policy ${policy}); run CONFIG SET maxmemory-policy noeviction`,
    );
  if (info.get('aof_enabled') !== '1')
    problems.push(
      'it keeps no append-only file, so a restart would forget events; run CONFIG SET appendonly yes',
    );
  if (info.get('role') === 'slave') problems.push('it is a replica; set REDIS_URL to the master');
  if (info.get('redis_mode') === 'cluster' && !isCluster)
    problems.push('it is a node of a cluster; set REDIS_URL to redis+cluster:// and some of its nodes');
  return problems;
}

async function readInfo(connection: RedisConnection): Promise<{ address: string; info: Info }[]> {
  try {
    return await connection.askEach('checking the settings of Redis', async (redis) => ({
      address: `${redis.options.host}:${redis.options.port}`,
      info: await infoOf(redis),
    }));
  } catch (error) {
    if (error instanceof WeirError && error.context.reply === 'NOPERM')
      throw new WeirError(
        'redis_settings',
        'checking the settings of Redis: this user may not run INFO; allow it with ACL SETUSER … +info',
        { cause: error },
      );
    throw error;
  }
}

async function infoOf(redis: Redis): Promise<Info> {
  const info = new Map<string, string>();
  for (const section of ['server', 'memory', 'persistence', 'replication'])
    for (const line of (await redis.info(section)).split('\r\n')) {
      const colon = line.indexOf(':');
      if (colon > 0) info.set(line.slice(0, colon), line.slice(colon + 1));
    }
  return info;
}
