/** The outboxes as they grow, for whoever watches: any instance reads all of them, from any position that still is there. */

import { compareEntryIds, type EntryId } from '../core/entry.ts';
import type { Clock, OutboxRow } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';
import { RedisOutbox } from './outbox.ts';
import type { RedisConnection } from './redis-connection.ts';
import { streamSize } from './stream-size.ts';

/** Where a watcher stands in each outbox, by partition. */
export type FeedPlace = readonly EntryId[];

export interface FeedPage {
  readonly partition: number;
  /** Where one stands after it. */
  readonly to: EntryId;
  /** Decisions as JSON, in order. */
  readonly texts: readonly string[];
}

/** How many entries ever came to all logs and outboxes. */
export interface FeedCounts {
  readonly entries: number;
  readonly published: number;
}

/** Every method rejects with WeirError redis_away when it cannot know. */
export interface LiveFeed {
  /** Behind everything that is there now. */
  end(): Promise<FeedPlace>;
  /** Whether nothing between there and now was trimmed or lost. */
  isWhole(place: FeedPlace): Promise<boolean>;
  /** What comes next, a page of each outbox that has some. */
  next(place: FeedPlace): Promise<readonly FeedPage[]>;
  counts(): Promise<FeedCounts>;
}

const ENTRIES_PER_PAGE = 50;
/** Watchers at the same place share what was read so shortly ago. */
const SHARED_FOR: Millis = SECOND / 5;

export class RedisLiveFeed implements LiveFeed {
  readonly #connection: RedisConnection;
  readonly #keys: readonly { readonly in: string; readonly out: string }[];
  readonly #clock: Clock;
  readonly #pages = new Map<string, { readonly at: Millis; readonly page: Promise<FeedPage | undefined> }>();

  constructor(
    connection: RedisConnection,
    keys: readonly { readonly in: string; readonly out: string }[],
    clock: Clock,
  ) {
    this.#connection = connection;
    this.#keys = keys;
    this.#clock = clock;
  }

  async end(): Promise<FeedPlace> {
    const sizes = await Promise.all(this.#keys.map(({ out }) => streamSize(this.#connection, out)));
    return sizes.map(({ last }) => last);
  }

  async isWhole(place: FeedPlace): Promise<boolean> {
    if (place.length !== this.#keys.length) return false;
    const whole = await Promise.all(
      this.#keys.map(async ({ out }, i) => {
        const at = place[i] as EntryId;
        const { added, length, last } = await streamSize(this.#connection, out);
        if (at === last) return true;
        // Redis lost what the watcher saw
        if (compareEntryIds(at, last) > 0) return false;
        if (at === '0-0') return added === length;
        const { entries } = await new RedisOutbox(this.#connection, out).read(at, 1);
        return entries[0]?.id === at;
      }),
    );
    return whole.every(Boolean);
  }

  async next(place: FeedPlace): Promise<readonly FeedPage[]> {
    const now = this.#clock.now();
    for (const [key, { at }] of this.#pages) if (now - at >= SHARED_FOR) this.#pages.delete(key);
    const pages = await Promise.all(this.#keys.map((_, partition) => this.#page(partition, place, now)));
    return pages.filter((page) => page !== undefined);
  }

  async counts(): Promise<FeedCounts> {
    const sizes = await Promise.all(
      this.#keys.flatMap((keys) => [keys.in, keys.out]).map((key) => streamSize(this.#connection, key)),
    );
    const sum = (odd: number) =>
      sizes.reduce((total, { added }, i) => (i % 2 === odd ? total + added : total), 0);
    return { entries: sum(0), published: sum(1) };
  }

  #page(partition: number, place: FeedPlace, now: Millis): Promise<FeedPage | undefined> {
    const after = place[partition] as EntryId;
    const key = `${partition} ${after}`;
    const known = this.#pages.get(key);
    if (known) return known.page;
    const page = this.#read(partition, after);
    // one that failed is not kept
    page.catch(() => this.#pages.delete(key));
    this.#pages.set(key, { at: now, page });
    return page;
  }

  async #read(partition: number, after: EntryId): Promise<FeedPage | undefined> {
    const { out } = this.#keys[partition] as { out: string };
    const { entries } = await new RedisOutbox(this.#connection, out).read(`(${after}`, ENTRIES_PER_PAGE);
    const last = entries.at(-1);
    if (!last) return undefined;
    const texts = entries.flatMap(({ row }) => (row ? [(row as OutboxRow).text] : []));
    return { partition, to: last.id, texts };
  }
}
