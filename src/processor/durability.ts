/** Whether what was committed can still be lost: asked before money moves. */

import { type EntryId, entryMillis } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { RedisConnection } from './redis-connection.ts';
import { redisTime } from './redis-time.ts';

/** Under `everysec` Redis syncs once a second, and waits for a slow sync at most two. */
const SYNCED_AFTER: Millis = 2 * SECOND;
const REPLICA_WITHIN: Millis = SECOND;
/** Written before WAIT, which counts only writes of its own connection: what came before it is replicated with it. */
const MARK = 'weir:durable';

export class Durability {
  readonly #connection: RedisConnection;

  /** @param connection one of its own: WAIT holds it up */
  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  /** With replicas: one of them has it. Else the append-only file is synced, by its setting or by the age of the entry. */
  async holds(entry: EntryId): Promise<boolean> {
    const replicas = Number(await this.#fact('replication', 'connected_slaves'));
    if (replicas > 0) return this.#isReplicated();
    if ((await this.#fact('persistence', 'aof_last_write_status')) === 'err') return false;
    if ((await this.#syncs()) === 'always') return true;
    return (await redisTime(this.#connection)) - entryMillis(entry) >= SYNCED_AFTER;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #isReplicated(): Promise<boolean> {
    const [, reached] = await this.#connection.ask('waiting for a replica', (redis) =>
      Promise.all([redis.set(MARK, '1'), redis.wait(1, REPLICA_WITHIN)]),
    );
    return reached > 0;
  }

  async #fact(section: string, name: string): Promise<string | undefined> {
    const text = await this.#connection.ask('asking Redis how safe a commit is', (redis) =>
      redis.info(section),
    );
    return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(text)?.[1];
  }

  /** Careful ACLs and hosted servers forbid CONFIG: then the age decides. */
  async #syncs(): Promise<string | undefined> {
    try {
      const reply = await this.#connection.ask('asking Redis when it syncs', (redis) =>
        redis.config('GET', 'appendfsync'),
      );
      return (reply as string[])[1];
    } catch (error) {
      if (error instanceof WeirError && typeof error.context.reply === 'string') return undefined;
      throw error;
    }
  }
}
