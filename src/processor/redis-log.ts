/** Log in Redis: a partition's stream, read by position and never through a consumer group. */

import { compareEntryIds, type Entry, type EntryId } from '../core/entry.ts';
import type { Log, Position } from '../core/ports.ts';
import type { Millis } from '../core/units.ts';
import type { RedisConnection } from './redis-connection.ts';
import { entryOfFields, isDoubtful, readAgain } from './stream-entry.ts';
import type { StreamElement, StreamReader } from './stream-reader.ts';

/** About so many characters are asked for at once: entries may be packed, and a reply is worked on in one go. */
const CHARACTERS_PER_READ = 1024 * 1024;

export class RedisLog implements Log {
  readonly #connection: RedisConnection;
  readonly #reader: StreamReader;
  readonly #key: string;
  /** Mean length of the entries read last. */
  #length = 0;

  /** Reads through `reader`, writes through `connection`. */
  constructor(connection: RedisConnection, reader: StreamReader, key: string) {
    this.#connection = connection;
    this.#reader = reader;
    this.#key = key;
  }

  async read(after: EntryId, count: number, block: Millis): Promise<Entry[]> {
    const fitting = Math.max(1, Math.floor(CHARACTERS_PER_READ / Math.max(1, this.#length)));
    const elements = await this.#reader.read(this.#key, after, Math.min(count, fitting), block);
    if (elements.length > 0) this.#length = lengthOf(elements) / elements.length;
    const entries: Entry[] = [];
    for (const element of elements)
      entries.push(
        isDoubtful(element)
          ? await readAgain(this.#reader, this.#key, element)
          : entryOfFields(element[0], element[1]),
      );
    return entries;
  }

  async append(entry: Omit<Entry, 'id'>): Promise<EntryId> {
    const fields: string[] = [];
    for (const name of ['d', 'f', 'b', 'm'] as const)
      if (entry[name] !== undefined) fields.push(name, entry[name]);
    const id = await this.#connection.ask('appending to a log', (redis) =>
      redis.xadd(this.#key, '*', ...fields),
    );
    return id as EntryId;
  }

  async trim(minId: EntryId): Promise<void> {
    await this.#connection.ask('trimming a log', (redis) => redis.xtrim(this.#key, 'MINID', minId));
  }
}

function lengthOf(elements: readonly StreamElement[]): number {
  let length = 0;
  for (const [, fields] of elements)
    for (let i = 1; i < fields.length; i += 2) length += (fields[i] as string).length;
  return length;
}

/**
 * How many entries after `position` were trimmed unread by somebody else; 0 is the only good answer.
 * The caller says so loudly and counts them as applied, never skips them silently.
 */
export async function unreadTrimmed(
  connection: RedisConnection,
  key: string,
  position: Position,
): Promise<number> {
  const reply = await connection.ask('looking for a gap in a log', async (redis) =>
    (await redis.exists(key)) === 0 ? [] : await redis.call('xinfo', 'STREAM', key),
  );
  const info = new Map<string, unknown>();
  for (let i = 0; i < (reply as unknown[]).length; i += 2)
    info.set((reply as string[])[i] as string, (reply as unknown[])[i + 1]);
  const first = (info.get('first-entry') as [EntryId] | null | undefined)?.[0];
  // The entry at the position, or one before it, is there: nothing after it can have been trimmed.
  if (first !== undefined && compareEntryIds(first, position.entry) <= 0) return 0;
  const trimmed = Number(info.get('entries-added') ?? 0) - Number(info.get('length') ?? 0);
  return Math.max(0, trimmed - position.entries);
}
