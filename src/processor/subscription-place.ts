/** Where a subscription stands in the outbox of a partition: kept by its name beside the partition's position, under its fence. */

import { compareEntryIds, type EntryId } from '../core/entry.ts';
import type { PartitionKeys } from '../core/partition.ts';
import type { OwnerToken } from '../core/ports.ts';
import type { RedisConnection } from './redis-connection.ts';
import { movePlace } from './redis-reader-place.ts';
import { streamSize } from './stream-size.ts';

/** The last entry it is done with, and how many were ever added to the outbox up to there. */
export interface Standing {
  readonly entry: EntryId;
  readonly count: number;
}

/** What `Courier` needs of it. */
export interface SubscriptionPlace {
  /** Where it stands; `missed`: entries after that which the outbox no longer has. A new one begins at the end. */
  find(): Promise<Standing & { readonly missed: number }>;
  move(token: OwnerToken, from: Standing, to: Standing): Promise<'OK' | 'FENCED' | 'STALE'>;
  /** The last entry of the outbox, and how many were ever added up to it. */
  end(): Promise<Standing>;
  /** Entries ever added to the outbox. */
  added(): Promise<number>;
}

export class RedisSubscriptionPlace implements SubscriptionPlace {
  readonly #connection: RedisConnection;
  readonly #keys: PartitionKeys;
  readonly #field: string;

  constructor(connection: RedisConnection, keys: PartitionKeys, name: string) {
    this.#connection = connection;
    this.#keys = keys;
    this.#field = `subscription:${name}`;
  }

  async find(): Promise<Standing & { missed: number }> {
    const { position, out } = this.#keys;
    const stored =
      (await this.#connection.ask('reading the place of a subscription', (redis) =>
        redis.hget(position, this.#field),
      )) ?? (await this.begin());
    const { added, length, first } = await streamSize(this.#connection, out);
    const [entry, count] = stored.split(' ') as [EntryId, string];
    const standing = { entry, count: Number(count) };
    const whole = first !== undefined && compareEntryIds(entry, first) >= 0;
    if (whole) return { ...standing, missed: 0 };
    // what follows in the outbox is all there is after it
    const missed = Math.max(0, added - length - standing.count);
    return { ...standing, missed };
  }

  /** Unless it stands somewhere already, it begins with what comes next; answers where it stands. */
  async begin(): Promise<string> {
    const { position, out } = this.#keys;
    const { last, added } = await streamSize(this.#connection, out);
    return this.#connection.ask('beginning a subscription', async (redis) => {
      await redis.hsetnx(position, this.#field, `${last} ${added}`);
      return (await redis.hget(position, this.#field)) as string;
    });
  }

  async move(token: OwnerToken, from: Standing, to: Standing): Promise<'OK' | 'FENCED' | 'STALE'> {
    const [before, after] = [from, to].map(({ entry, count }) => `${entry} ${count}`) as [string, string];
    return movePlace(this.#connection, this.#keys, token, [this.#field, before, after]);
  }

  async end(): Promise<Standing> {
    const { last, added } = await streamSize(this.#connection, this.#keys.out);
    return { entry: last, count: added };
  }

  async added(): Promise<number> {
    return (await streamSize(this.#connection, this.#keys.out)).added;
  }
}
