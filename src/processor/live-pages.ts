/** One stream of every partition as it grows, for whoever watches: from any position that still is there. */

import { compareEntryIds, type EntryId } from '../core/entry.ts';
import type { Clock } from '../core/ports.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { RedisConnection } from './redis-connection.ts';
import { streamSize } from './stream-size.ts';

/** Where a watcher stands in the stream of each partition, by partition. */
export type FeedPlace = readonly EntryId[];

/** What was read of one element, and how many characters it has. */
export interface FeedRow<Row> {
  readonly row: Row;
  readonly length: number;
}

export interface FeedPage<Row> {
  readonly partition: number;
  /** Where one stands after it. */
  readonly to: EntryId;
  /** In order. */
  readonly rows: readonly FeedRow<Row>[];
}

/** Every method rejects with WeirError redis_away when it cannot know. */
export interface LivePages<Row> {
  /** Behind everything that is there now. */
  end(): Promise<FeedPlace>;
  /** Whether nothing between there and now was trimmed or lost. */
  isWhole(place: FeedPlace): Promise<boolean>;
  /** What comes next, a page of each partition that has some. */
  next(place: FeedPlace): Promise<readonly FeedPage<Row>[]>;
}

const ELEMENTS_PER_PAGE = 50;
/** Watchers at the same place share what was read so shortly ago. */
const SHARED_FOR: Millis = SECOND / 5;

export class RedisLivePages<Row> implements LivePages<Row> {
  readonly #connection: RedisConnection;
  readonly #keys: readonly string[];
  readonly #clock: Clock;
  readonly #rowOf: (
    element: [EntryId, string[]],
    key: string,
  ) => Promise<FeedRow<Row> | undefined> | undefined;
  readonly #pages = new Map<
    string,
    { readonly at: Millis; readonly page: Promise<FeedPage<Row> | undefined> }
  >();

  /**
   * @param keys of the streams, by partition
   * @param rowOf what an element holds; undefined for one that nobody watches
   */
  constructor(
    connection: RedisConnection,
    keys: readonly string[],
    clock: Clock,
    rowOf: (element: [EntryId, string[]], key: string) => Promise<FeedRow<Row> | undefined> | undefined,
  ) {
    this.#connection = connection;
    this.#keys = keys;
    this.#clock = clock;
    this.#rowOf = rowOf;
  }

  async end(): Promise<FeedPlace> {
    const sizes = await Promise.all(this.#keys.map((key) => streamSize(this.#connection, key)));
    return sizes.map(({ last }) => last);
  }

  async isWhole(place: FeedPlace): Promise<boolean> {
    if (place.length !== this.#keys.length) return false;
    const whole = await Promise.all(
      this.#keys.map(async (key, i) => {
        const at = place[i] as EntryId;
        const { added, length, last } = await streamSize(this.#connection, key);
        if (at === last) return true;
        // Redis lost what the watcher saw
        if (compareEntryIds(at, last) > 0) return false;
        if (at === '0-0') return added === length;
        const [element] = await this.#elements(key, at, 1);
        return element?.[0] === at;
      }),
    );
    return whole.every(Boolean);
  }

  async next(place: FeedPlace): Promise<readonly FeedPage<Row>[]> {
    const now = this.#clock.now();
    for (const [key, { at }] of this.#pages) if (now - at >= SHARED_FOR) this.#pages.delete(key);
    const pages = await Promise.all(this.#keys.map((_, partition) => this.#page(partition, place, now)));
    return pages.filter((page) => page !== undefined);
  }

  #page(partition: number, place: FeedPlace, now: Millis): Promise<FeedPage<Row> | undefined> {
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

  async #read(partition: number, after: EntryId): Promise<FeedPage<Row> | undefined> {
    const key = this.#keys[partition] as string;
    const elements = await this.#elements(key, `(${after}`, ELEMENTS_PER_PAGE);
    const last = elements.at(-1);
    if (!last) return undefined;
    const rows = await Promise.all(elements.map((element) => this.#rowOf(element, key)));
    return { partition, to: last[0], rows: rows.filter((row) => row !== undefined) };
  }

  #elements(key: string, from: string, count: number): Promise<[EntryId, string[]][]> {
    return this.#connection.ask('reading what is new in a stream', (redis) =>
      redis.xrange(key, from, '+', 'COUNT', count),
    );
  }
}
