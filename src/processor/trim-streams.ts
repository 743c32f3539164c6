/** The streams of a partition lose what everybody has read and what is older than the retention. */

import type { Redis } from 'ioredis';
import { compareEntryIds, type EntryId } from '../core/entry.ts';
import type { PartitionKeys } from '../core/partition.ts';
import { HISTORY_STREAMS, type HistoryStream } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { RedisConnection } from './redis-connection.ts';

/** Also when memory is tight a log keeps its newest entries, for whoever follows it from outside. */
const FRESH: Millis = 2 * SECOND;

export interface TrimOptions {
  /** Of Redis. */
  readonly now: Millis;
  readonly retention: Millis;
  /** Logs lose all that is committed and not quite new. */
  readonly isTight: boolean;
  /** What this process committed last. */
  readonly committed: EntryId;
  /** How far subscriptions were told; absent where none is. */
  readonly told: EntryId | undefined;
  /** How far the history has a stream; absent without a history. */
  readonly delivered?: (stream: HistoryStream) => EntryId | undefined;
}

export async function trimStreams(
  connection: RedisConnection,
  keys: PartitionKeys,
  { now, retention, isTight, committed, told, delivered }: TrimOptions,
): Promise<void> {
  const oldest = `${now - retention}-0`;
  // on one connection: what was committed on another may be lost by now
  const [[mail, posted, entry], session] = await connection.askAt(
    'reading a position',
    keys.position,
    async (redis, sent) => [await redis.hmget(keys.position, 'mail', 'posted', 'entry'), sent] as const,
  );
  const applied = earlier(committed, entry ?? '0-0');
  // an outbox also keeps what is not posted, and what subscriptions were not told
  const unposted = mail && compareEntryIds(mail, posted ?? '0-0') > 0 ? (posted ?? '0-0') : oldest;
  const until: Readonly<Record<HistoryStream, EntryId>> = {
    in: earlier(applied, isTight ? `${now - FRESH}-0` : oldest),
    out: earlier(earlier(unposted, told ?? oldest), oldest),
    dead: oldest,
    late: oldest,
  };
  // A stream keeps what the history has not taken, and the last entry that it has: by that a loss is noticed.
  const kept = (stream: HistoryStream) =>
    delivered ? earlier(delivered(stream) ?? '0-0', until[stream]) : until[stream];
  const trim = (redis: Redis) =>
    Promise.all(HISTORY_STREAMS.map((stream) => redis.xtrim(keys[stream], 'MINID', kept(stream))));
  await connection.askAt('trimming', keys.in, trim, session);
}

function earlier(a: EntryId, b: EntryId): EntryId {
  return compareEntryIds(a, b) < 0 ? a : b;
}
