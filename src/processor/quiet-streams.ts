/** Quiet streams: the last entry of one is kept by trimming, however old, and may be about somebody; it gives way here. */

import { compareEntryIds, type EntryId } from '../core/entry.ts';
import type { PartitionKeys } from '../core/partition.ts';
import type { RedisConnection } from './redis-connection.ts';

/** The field of an entry that says nothing: readers pass over what has no `d`. */
const END = 'end';

/** By its last entry a reader notices a loss: an empty one takes the place of one whose time is over. */
export async function endQuietStreams(
  connection: RedisConnection,
  { dead, late }: PartitionKeys,
  oldest: EntryId,
): Promise<void> {
  await connection.ask('ending quiet streams', (redis) =>
    Promise.all(
      [dead, late].map(async (key) => {
        const [last] = await redis.xrevrange(key, '+', '-', 'COUNT', 1);
        if (last === undefined || last[1][0] === END || compareEntryIds(last[0], oldest) >= 0) return;
        await redis.xadd(key, '*', END, '1');
      }),
    ),
  );
}

/** The public stream keeps the last entry that was routed: the intake goes on from its id, with or without it. */
export async function dropRouted(
  connection: RedisConnection,
  stream: string,
  { position }: PartitionKeys,
  oldest: EntryId,
): Promise<void> {
  await connection.ask('forgetting what was routed', async (redis) => {
    const routed = await redis.hget(position, 'intake');
    if (!routed) return;
    // the intake trims what it routed; where that was lost, and nothing came since, it is still there
    await redis.xtrim(stream, 'MINID', routed);
    if (compareEntryIds(routed, oldest) < 0) await redis.xdel(stream, routed);
  });
}
