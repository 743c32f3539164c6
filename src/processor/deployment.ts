/** What is fixed when a deployment is created: the number of partitions. */

import { WeirError } from '../core/errors.ts';
import type { RedisConnection } from './redis-connection.ts';

const KEY = 'weir:deployment';

/** Claims a new deployment or checks the existing one; the number of partitions never changes afterwards. */
export async function checkDeployment(connection: RedisConnection, partitions: number): Promise<void> {
  const stored = await connection.ask('reading the deployment', async (redis) => {
    await redis.hsetnx(KEY, 'partitions', String(partitions));
    return redis.hget(KEY, 'partitions');
  });
  if (Number(stored) !== partitions)
    throw new WeirError(
      'config_invalid',
      `starting: config says partitions: ${partitions}, this deployment was created with ${stored}; set partitions: ${stored} in config/weir.yaml`,
    );
}

/** Undefined where no deployment was created. */
export async function deployedPartitions(connection: RedisConnection): Promise<number | undefined> {
  const stored = await connection.ask('reading the deployment', (redis) => redis.hget(KEY, 'partitions'));
  return stored === null ? undefined : Number(stored);
}
