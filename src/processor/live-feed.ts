/** The logs and the outboxes as they grow, for whoever watches: any instance reads all of them. */

import type { Entry } from '../core/entry.ts';
import type { Clock } from '../core/ports.ts';
import { entryIn } from './entry-in.ts';
import { type LivePages, RedisLivePages } from './live-pages.ts';
import type { RedisConnection } from './redis-connection.ts';
import { streamSize } from './stream-size.ts';

/** How many entries ever came to all logs and outboxes. */
export interface FeedCounts {
  readonly entries: number;
  readonly published: number;
}

export interface LiveFeed {
  /** The outboxes: decisions as JSON. */
  readonly outboxes: LivePages<string>;
  /** The logs: entries as they came in, applied or not. */
  readonly logs: LivePages<Entry>;
  /** Rejects with WeirError redis_away when it cannot know; so does the next one. */
  counts(): Promise<FeedCounts>;
  /** The last entries of each log, at most `most` of each, the newest first. */
  newest(most: number): Promise<readonly { readonly partition: number; readonly entry: Entry }[]>;
}

export class RedisLiveFeed implements LiveFeed {
  readonly outboxes: LivePages<string>;
  readonly logs: LivePages<Entry>;
  readonly #connection: RedisConnection;
  readonly #keys: readonly { readonly in: string; readonly out: string }[];

  constructor(
    connection: RedisConnection,
    keys: readonly { readonly in: string; readonly out: string }[],
    clock: Clock,
  ) {
    this.#connection = connection;
    this.#keys = keys;
    const outboxes = keys.map(({ out }) => out);
    const logs = keys.map((key) => key.in);
    this.outboxes = new RedisLivePages(connection, outboxes, clock, decisionIn);
    this.logs = new RedisLivePages(connection, logs, clock, async (element, key) => {
      const row = await entryIn(connection, key, element);
      return { row, length: (row.d ?? row.f ?? row.b ?? '').length };
    });
  }

  async counts(): Promise<FeedCounts> {
    const sizes = await Promise.all(
      this.#keys.flatMap((keys) => [keys.in, keys.out]).map((key) => streamSize(this.#connection, key)),
    );
    const sum = (odd: number) =>
      sizes.reduce((total, { added }, i) => (i % 2 === odd ? total + added : total), 0);
    return { entries: sum(0), published: sum(1) };
  }

  async newest(most: number) {
    const logs = await Promise.all(
      this.#keys.map(async ({ in: key }, partition) => {
        const elements = await this.#connection.ask('reading the end of a log', (redis) =>
          redis.xrevrange(key, '+', '-', 'COUNT', most),
        );
        const entries = await Promise.all(elements.map((element) => entryIn(this.#connection, key, element)));
        return entries.map((entry) => ({ partition, entry }));
      }),
    );
    return logs.flat();
  }
}

/** Mail to other partitions stands beside the decisions, under fields of its own. */
async function decisionIn([, fields]: [string, string[]]) {
  const [name, row] = fields;
  return name === 'd' && row !== undefined ? { row, length: row.length } : undefined;
}
