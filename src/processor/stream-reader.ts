/** The read path behind one small interface, so that a faster decoder can take its place. */

import type { EntryId } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import { type Millis, SECOND } from '../core/units.ts';
import { LONGEST_BLOCK, type RedisConnection } from './redis-connection.ts';

/** An element of a stream as Redis keeps it: field, value, field, value. */
export type StreamElement = readonly [id: EntryId, fields: readonly string[]];

export interface StreamReader {
  /**
   * Elements of `key` after `after`, at most `count`; waits up to `block` ms (at most 1 s) for the first one.
   * Texts are decoded as UTF-8: one that holds U+FFFD may have had other bytes, see `bytes`.
   * Rejects once after each loss of the connection, so that nobody goes on over it without noticing.
   */
  read(key: string, after: EntryId, count: number, block: Millis): Promise<StreamElement[]>;
  /** The fields of one element, undecoded; empty when it is gone. */
  bytes(key: string, id: EntryId): Promise<Buffer[]>;
  close(): Promise<void>;
}

/** A reader on a connection of its own, next to `connection`: a blocked read holds up nobody. */
export function openStreamReader(connection: RedisConnection): StreamReader {
  return new RedisStreamReader(connection.another({ replyWithin: LONGEST_BLOCK + 2 * SECOND }));
}

class RedisStreamReader implements StreamReader {
  readonly #connection: RedisConnection;
  #session = 0;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async read(key: string, after: EntryId, count: number, block: Millis): Promise<StreamElement[]> {
    const args: (string | number)[] = ['COUNT', count];
    if (block > 0) args.push('BLOCK', Math.max(1, Math.ceil(Math.min(block, LONGEST_BLOCK))));
    args.push('STREAMS', key, after);
    if (this.#session !== this.#connection.session) {
      this.#session = this.#connection.session;
      throw new WeirError('redis_away', 'reading a log: the connection was closed since the last read');
    }
    try {
      const reply = await this.#connection.ask('reading a log', (redis) => redis.call('xread', args));
      return (reply as [string, StreamElement[]][] | null)?.[0]?.[1] ?? [];
    } catch (error) {
      // This rejection is the one for the close that caused it.
      this.#session = this.#connection.session;
      throw error;
    }
  }

  async bytes(key: string, id: EntryId): Promise<Buffer[]> {
    const reply = await this.#connection.ask('reading an entry again', (redis) =>
      redis.callBuffer('xrange', key, id, id),
    );
    return (reply as [Buffer, Buffer[]][])[0]?.[1] ?? [];
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
