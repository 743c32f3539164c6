/** Refuses a Redis that could lose or evict what weir keeps in it. */

import { WeirError } from '../core/errors.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface RedisFacts {
  readonly version: string;
  readonly processId: number;
}

const OLDEST = 7;

/**
 * Reads INFO, which any monitoring user may, and not CONFIG, which hosted servers and careful ACLs forbid.
 * Throws redis_settings with all that is wrong and the commands that set it right.
 */
export async function checkRedisSettings(connection: RedisConnection): Promise<RedisFacts> {
  const info = new Map<string, string>();
  for (const section of ['server', 'memory', 'persistence', 'replication'])
    for (const line of (await infoSection(connection, section)).split('\r\n')) {
      const colon = line.indexOf(':');
      if (colon > 0) info.set(line.slice(0, colon), line.slice(colon + 1));
    }
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
  if (problems.length > 0)
    throw new WeirError(
      'redis_settings',
      `checking the settings of Redis: ${problems.join('; ')}${
        problems.some((problem) => problem.includes('CONFIG SET')) ? ', and put it into redis.conf' : ''
      }`,
      { context: { version, policy: policy ?? null, aof: info.get('aof_enabled') ?? null } },
    );
  return { version, processId: Number(info.get('process_id') ?? 0) };
}

async function infoSection(connection: RedisConnection, section: string): Promise<string> {
  try {
    return await connection.ask('checking the settings of Redis', (redis) => redis.info(section));
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
