/** The stream reader through ioredis, as weir read until it had one of its own: kept for comparison. */

import type { EntryId } from '../../src/core/entry.ts';
import { WeirError } from '../../src/core/errors.ts';
import { type Millis, SECOND } from '../../src/core/units.ts';
import { LONGEST_BLOCK } from '../../src/processor/redis-connection.ts';
import type { SingleConnection } from '../../src/processor/single-connection.ts';
import type { StreamElement, StreamReader } from '../../src/processor/stream-reader.ts';

export class IoredisStreamReader implements StreamReader {
  readonly #connection: SingleConnection;
  #session = 0;

  /** On a connection of its own, next to `connection`. */
  constructor(connection: SingleConnection) {
    this.#connection = connection.another({ replyWithin: LONGEST_BLOCK + 2 * SECOND });
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
