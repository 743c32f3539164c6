/** How much a stream holds and ever held, from Redis' own count. */

import type { EntryId } from '../core/entry.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { SourceSize } from './source.ts';

export interface StreamSize extends SourceSize {
  /** The oldest entry that is there. */
  readonly first: EntryId | undefined;
}

export async function streamSize(connection: RedisConnection, key: string): Promise<StreamSize> {
  const reply = await connection.ask('measuring a stream', async (redis) =>
    (await redis.exists(key)) === 0 ? [] : await redis.call('xinfo', 'STREAM', key),
  );
  const info = new Map<string, unknown>();
  for (let i = 0; i < (reply as unknown[]).length; i += 2)
    info.set((reply as string[])[i] as string, (reply as unknown[])[i + 1]);
  return {
    added: Number(info.get('entries-added') ?? 0),
    length: Number(info.get('length') ?? 0),
    last: String(info.get('last-generated-id') ?? '0-0'),
    first: (info.get('first-entry') as [EntryId] | null | undefined)?.[0],
  };
}
