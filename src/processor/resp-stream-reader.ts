/** A stream reader over a plain socket: the few replies it needs cost a third of what a general client spends on them. */

import type { EntryId } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import { type Millis, SECOND } from '../core/units.ts';
import { redisAway } from './redis-away.ts';
import { LONGEST_BLOCK, type RedisConnection } from './redis-connection.ts';
import type { Reply } from './resp-decoder.ts';
import { RespSocket } from './resp-socket.ts';
import type { StreamElement, StreamReader } from './stream-reader.ts';

/** Beyond what the server was asked to wait. */
const REPLY_WITHIN: Millis = 2 * SECOND;

export class RespStreamReader implements StreamReader {
  readonly #connection: RedisConnection;
  #socket: RespSocket | undefined;
  /** A loss that nobody was told of yet. */
  #untold = false;
  #closed = false;

  /** Goes to the same place as `connection`, on a socket of its own: one reader for one key. */
  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async read(key: string, after: EntryId, count: number, block: Millis): Promise<StreamElement[]> {
    const wait = block > 0 ? Math.max(1, Math.ceil(Math.min(block, LONGEST_BLOCK))) : 0;
    const command: (string | number)[] = ['XREAD', 'COUNT', count];
    if (wait > 0) command.push('BLOCK', wait);
    command.push('STREAMS', key, after);
    if (this.#untold) {
      this.#untold = false;
      throw new WeirError('redis_away', 'reading a log: the connection was closed since the last read');
    }
    const reply = await this.#ask('reading a log', key, command, wait + REPLY_WITHIN, false);
    return (reply as [string, StreamElement[]][] | null)?.[0]?.[1] ?? [];
  }

  async bytes(key: string, id: EntryId): Promise<Buffer[]> {
    const reply = await this.#ask('reading an entry again', key, ['XRANGE', key, id, id], REPLY_WITHIN, true);
    return (reply as unknown as [Buffer, Buffer[]][])[0]?.[1] ?? [];
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#socket?.close();
  }

  async #ask(
    doing: string,
    key: string,
    command: readonly (string | number)[],
    within: Millis,
    raw: boolean,
  ): Promise<Reply> {
    if (this.#closed) throw redisAway(doing, new Error('the connection is closed'));
    const socket = this.#isOpen() ? (this.#socket as RespSocket) : await this.#open(doing, key);
    try {
      return await socket.ask(command, within, raw);
    } catch (error) {
      // this rejection is the one for the loss that caused it
      this.#untold = false;
      throw redisAway(doing, this.#connection.isCluster ? error : explained(error as Error));
    }
  }

  #isOpen(): boolean {
    return this.#socket !== undefined && !this.#socket.isLost;
  }

  async #open(doing: string, key: string): Promise<RespSocket> {
    const { name } = this.#connection;
    const address = await this.#connection.addressOf(doing, key);
    if (this.#closed) throw redisAway(doing, new Error('the connection is closed'));
    // another read may have been waiting for the same
    if (this.#isOpen()) return this.#socket as RespSocket;
    this.#socket = new RespSocket(address, {
      ...(name === undefined ? {} : { name }),
      within: REPLY_WITHIN,
      onLost: () => {
        this.#untold = true;
      },
    });
    return this.#socket;
  }
}

/** A redirect is no error of a moment: the address is one of a cluster and says nothing of it. */
function explained(error: Error): Error {
  if (!/^(?:MOVED|ASK) /.test(error.message)) return error;
  return new Error(
    `${error.message}: this server is a node of a cluster and does not hold this partition; name the cluster in REDIS_URL: redis+cluster://host:6379`,
  );
}
