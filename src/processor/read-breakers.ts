/** Which rules are failing, or switched off for it, partition by partition; for whoever asks, without an owner. */

import { partitionKeys } from '../core/partition.ts';
import type { Millis } from '../core/units.ts';
import { OFF_FOR } from '../step/breakers.ts';
import type { Head } from '../step/partition-state.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface StandingBreaker {
  readonly partition: number;
  /** Of the rule, as layouts have it. */
  readonly definition: string;
  /** In a row. */
  readonly failures: number;
  /** Stream time from and until which it is not run; absent while it is. */
  readonly off?: { readonly since: Millis; readonly until: Millis; readonly error: string };
}

/** As of the last commit of each partition. */
export async function readBreakers(
  connection: RedisConnection,
  partitions: number,
): Promise<StandingBreaker[]> {
  const keys = Array.from({ length: partitions }, (_, partition) => partitionKeys(partition, partitions));
  const heads = await connection.ask('reading which rules fail', (redis) =>
    Promise.all(keys.map(({ position }) => redis.hget(position, 'head'))),
  );
  return heads.flatMap((text, partition) => {
    if (text === null) return [];
    const { breakers = {}, time } = JSON.parse(text) as Head;
    return Object.entries(breakers).map(([definition, [failures, since, error = '']]) => {
      const until = (since ?? 0) + OFF_FOR;
      const isOff = since !== undefined && time < until;
      return { partition, definition, failures, ...(isOff && { off: { since, until, error } }) };
    });
  });
}
