/** The time of Redis, by which entry ids are given: clocks of processes may be wrong. */

import { type Millis, SECOND } from '../core/units.ts';
import type { RedisConnection } from './redis-connection.ts';

/** Of the server that holds `key`: those of a cluster have clocks of their own. */
export async function redisTime(connection: RedisConnection, key: string): Promise<Millis> {
  const doing = 'asking Redis for its time';
  const [seconds, micros] = await connection.askAt(doing, key, (redis) => redis.time());
  return Number(seconds) * SECOND + Math.floor(Number(micros) / 1000);
}
