/** The streams of a partition lose what everybody has read and what is older than the retention. */

import { compareEntryIds, type EntryId } from '../core/entry.ts';
import type { PartitionKeys } from '../core/partition.ts';
import type { HistoryStream, OwnerToken, Position } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { Scripts } from './scripts.ts';

/** Also when memory is tight a log keeps its newest entries, for whoever follows it from outside. */
const FRESH: Millis = 2 * SECOND;

export interface TrimOptions {
  /** Of Redis. */
  readonly now: Millis;
  readonly retention: Millis;
  /** Logs lose all that is committed and not quite new. */
  readonly isTight: boolean;
  readonly token: OwnerToken;
  /** What this process committed last. */
  readonly committed: Position;
  /** How far subscriptions were told; absent where none is. */
  readonly told: EntryId | undefined;
  /** How far the history has a stream; absent without a history. */
  readonly delivered?: (stream: HistoryStream) => EntryId | undefined;
}

/** Does nothing where the partition, or what this process committed there, is its own no longer. */
export async function trimStreams(
  connection: RedisConnection,
  keys: PartitionKeys,
  { now, retention, isTight, token, committed, told, delivered }: TrimOptions,
): Promise<void> {
  const oldest = `${now - retention}-0`;
  // an outbox also keeps what subscriptions were not told
  const until: Readonly<Record<HistoryStream, EntryId>> = {
    in: earlier(committed.entry, isTight ? `${now - FRESH}-0` : oldest),
    out: earlier(told ?? oldest, oldest),
    dead: oldest,
    late: oldest,
  };
  // A stream keeps what the history has not taken, and the last entry that it has: by that a loss is noticed.
  const kept = (stream: HistoryStream) =>
    delivered ? earlier(delivered(stream) ?? '0-0', until[stream]) : until[stream];
  const { owner, position, in: log, out, dead, late } = keys;
  const call = [6, owner, position, log, out, dead, late, token.epoch, token.nonce];
  call.push(committed.commit, committed.incarnation, kept('in'), kept('out'), kept('dead'), kept('late'));
  const trim = (redis: unknown) => (redis as Scripts).weirTrim(call);
  await connection.askAt('trimming', owner, trim, token.session);
}

function earlier(a: EntryId, b: EntryId): EntryId {
  return compareEntryIds(a, b) < 0 ? a : b;
}
