/** Redis for a verb that runs beside the house, or while there is none: of the environment, or our own server. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { WeirError } from '../core/errors.ts';
import { deployedPartitions } from '../processor/deployment.ts';
import { findEmbeddedRedis, startEmbeddedRedis } from '../processor/embedded-redis.ts';
import { connect, type RedisConnection } from '../processor/redis-connection.ts';
import { storedFiles } from '../processor/redis-rule-library.ts';
import { RulesInForce } from '../processor/rules-in-force.ts';
import type { RuleFile } from '../rules/load-rule-set.ts';
import type { Environment } from './environment.ts';

export interface BorrowedRedis {
  readonly connection: RedisConnection;
  close(): Promise<void>;
}

/** Our own server is asked where it runs already, and started for as long as it takes where it does not. */
export async function borrowRedis({ redisUrl, data }: Environment): Promise<BorrowedRedis> {
  const folder = join(data, 'redis');
  if (redisUrl === undefined && !existsSync(folder))
    throw new WeirError(
      'setup_failed',
      `looking for Redis: REDIS_URL is not set, and no weir has run with its own under ${data}; set REDIS_URL or WEIR_DATA (a demo has ${join(data, 'demo')})`,
    );
  const found = redisUrl ?? (await findEmbeddedRedis(folder));
  const server = found === undefined ? await startEmbeddedRedis(folder) : undefined;
  const connection = connect(found ?? (server as NonNullable<typeof server>).target, { name: 'weir-verb' });
  return {
    connection,
    close: async () => {
      await connection.close();
      await server?.stop();
    },
  };
}

/** @throws WeirError setup_failed where nothing ever ran */
export async function filesInForce(connection: RedisConnection): Promise<readonly RuleFile[]> {
  const partitions = await deployedPartitions(connection);
  const hash =
    partitions === undefined ? undefined : await new RulesInForce(connection, partitions).current();
  const files = hash === undefined ? undefined : await storedFiles(connection, hash);
  if (files) return files;
  throw new WeirError('setup_failed', 'looking for the rules in force: there are none yet; start weir first');
}
