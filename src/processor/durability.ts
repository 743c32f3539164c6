/** Whether what was committed can still be lost: asked before money moves. */

import { type EntryId, entryMillis } from '../core/entry.ts';
import { WeirError } from '../core/errors.ts';
import type { PartitionKeys } from '../core/partition.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { RedisConnection } from './redis-connection.ts';
import { redisTime } from './redis-time.ts';

/** Under `everysec` Redis syncs once a second, and waits for a slow sync at most two. */
const SYNCED_AFTER: Millis = 2 * SECOND;
const REPLICA_WITHIN: Millis = SECOND;

export class Durability {
  readonly #connection: RedisConnection;

  /** @param connection one of its own: WAIT holds it up */
  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  /**
   * With replicas: one of them has it. Else the append-only file is synced, by its setting or by the age of the entry.
   * Never of an entry that is no longer in the outbox: whoever read it may not know yet that Redis lost it.
   */
  async holds(entry: EntryId, { durable, out }: Pick<PartitionKeys, 'durable' | 'out'>): Promise<boolean> {
    return (await this.#isSafe(entry, durable)) && (await this.#isThere(entry, out));
  }

  async #isSafe(entry: EntryId, durable: string): Promise<boolean> {
    const replicas = Number(await this.#fact(durable, 'replication', 'connected_slaves'));
    if (replicas > 0) return this.#isReplicated(durable);
    if ((await this.#fact(durable, 'persistence', 'aof_last_write_status')) === 'err') return false;
    if ((await this.#syncs(durable)) === 'always') return true;
    return (await redisTime(this.#connection, durable)) - entryMillis(entry) >= SYNCED_AFTER;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #isThere(entry: EntryId, out: string): Promise<boolean> {
    const found = await this.#connection.ask('looking whether a commit is still there', (redis) =>
      redis.xrange(out, entry, entry),
    );
    return found.length > 0;
  }

  /** A write comes before WAIT, which counts only those of its own connection: what came earlier is replicated with it. */
  async #isReplicated(key: string): Promise<boolean> {
    const [, reached] = await this.#connection.askAt('waiting for a replica', key, (redis) =>
      Promise.all([redis.set(key, '1'), redis.wait(1, REPLICA_WITHIN)]),
    );
    return reached > 0;
  }

  async #fact(key: string, section: string, name: string): Promise<string | undefined> {
    const text = await this.#connection.askAt('asking Redis how safe a commit is', key, (redis) =>
      redis.info(section),
    );
    return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(text)?.[1];
  }

  /** Careful ACLs and hosted servers forbid CONFIG: then the age decides. */
  async #syncs(key: string): Promise<string | undefined> {
    try {
      const reply = await this.#connection.askAt('asking Redis when it syncs', key, (redis) =>
        redis.config('GET', 'appendfsync'),
      );
      return (reply as string[])[1];
    } catch (error) {
      if (error instanceof WeirError && typeof error.context.reply === 'string') return undefined;
      throw error;
    }
  }
}
