/** Dead letters and overdue timers over all partitions, as gauges. */

import { partitionKeys } from '../core/partition.ts';
import type { Clock, Meter } from '../core/ports.ts';
import type { RedisConnection } from './redis-connection.ts';

export async function countWaiting(
  connection: RedisConnection,
  partitions: number,
  clock: Clock,
  meter: Meter,
): Promise<void> {
  const all = Array.from({ length: partitions }, (_, partition) => partitionKeys(partition, partitions));
  const counts = await connection.ask('counting dead letters and timers', (redis) =>
    Promise.all(
      all.map(({ dead, timers }) =>
        Promise.all([redis.xlen(dead), redis.zcount(timers, '-inf', clock.now())]),
      ),
    ),
  );
  const sumOf = (which: 0 | 1) => counts.reduce((sum, count) => sum + count[which], 0);
  meter.gauge('weir_dead_letters', sumOf(0));
  meter.gauge('weir_timers_due', sumOf(1));
}
