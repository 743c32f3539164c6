/** An element of a log, read through a connection that decodes text, as the entry it is. */

import type { Entry, EntryId } from '../core/entry.ts';
import type { RedisConnection } from './redis-connection.ts';
import { entryOfFields, isDoubtful, readAgain } from './stream-entry.ts';
import type { StreamElement } from './stream-reader.ts';

/** Asks for the bytes again where the text may not be what was sent. */
export async function entryIn(
  connection: RedisConnection,
  key: string,
  element: StreamElement,
): Promise<Entry> {
  if (!isDoubtful(element)) return entryOfFields(element[0], element[1]);
  const bytes = async (_: string, id: EntryId) => {
    const reply = await connection.ask('reading an entry again', (redis) =>
      redis.callBuffer('xrange', key, id, id),
    );
    return (reply as [Buffer, Buffer[]][])[0]?.[1] ?? [];
  };
  return readAgain({ bytes }, key, element);
}
