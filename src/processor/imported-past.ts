/** What a deployment knows of a past that is imported into it: how far the import came, and what its logs are told. */

import { partitionKeys } from '../core/partition.ts';
import type { Log } from '../core/ports.ts';
import type { Millis } from '../core/units.ts';
import type { Head } from '../step/partition-state.ts';
import type { RedisConnection } from './redis-connection.ts';

const KEY = 'weir:import';

/** Where the clocks of the partitions stand. */
export interface Clocks {
  /** The latest stream time; 0 while nothing has moved it. */
  readonly latest: Millis;
  /** An event of before this may have come and be known no longer, in some partition. */
  readonly horizon: Millis;
}

/** A repeat is recognised so far back, see `Dedup`. */
export async function readClocks(connection: RedisConnection, partitions: number): Promise<Clocks> {
  const heads = await connection.ask('reading the clocks of the partitions', (redis) =>
    Promise.all(
      Array.from({ length: partitions }, async (_, partition) => {
        const head = await redis.hget(partitionKeys(partition, partitions).position, 'head');
        return head ? (JSON.parse(head) as Head) : undefined;
      }),
    ),
  );
  const horizons = heads.map((head) => (head?.ids as { forgotten?: Millis | null } | undefined)?.forgotten);
  return {
    latest: Math.max(0, ...heads.map((head) => head?.time ?? 0)),
    horizon: Math.max(0, ...horizons.map((forgotten) => forgotten ?? 0)),
  };
}

/** From here on the logs bring a past: decisions of stream times before `until` are kept, and tell nobody. */
export async function markPast(logs: readonly Log[], until: Millis): Promise<void> {
  const entry = { d: JSON.stringify({ type: 'history.imported', until }) };
  await Promise.all(logs.map((log) => log.append(entry)));
}

/** The record that an import keeps in the deployment itself, as JSON; undefined where there was none. */
export function readImport<T>(connection: RedisConnection): Promise<T | undefined> {
  return connection.ask('reading how far an import came', async (redis) => {
    const text = await redis.get(KEY);
    return text === null ? undefined : (JSON.parse(text) as T);
  });
}

export async function writeImport(connection: RedisConnection, record: object): Promise<void> {
  await connection.ask('noting how far an import came', (redis) => redis.set(KEY, JSON.stringify(record)));
}
