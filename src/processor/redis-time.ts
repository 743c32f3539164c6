/** The time of Redis, by which entry ids are given: clocks of processes may be wrong. */

import { type Millis, SECOND } from '../core/units.ts';
import type { RedisConnection } from './redis-connection.ts';

export async function redisTime(connection: RedisConnection): Promise<Millis> {
  const [seconds, micros] = await connection.ask('asking Redis for its time', (redis) => redis.time());
  return Number(seconds) * SECOND + Math.floor(Number(micros) / 1000);
}
