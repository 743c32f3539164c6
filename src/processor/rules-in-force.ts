/** Which rule set each partition runs, and the change to another: one entry in every log, in the same order in all. */

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { compareEntryIds, type EntryId } from '../core/entry.ts';
import { partitionKeys } from '../core/partition.ts';
import { type Millis, SECOND } from '../core/units.ts';
import type { Head } from '../step/partition-state.ts';
import type { RedisConnection } from './redis-connection.ts';

const LOCK = 'weir:rules:change';
/** Longer than a change takes: whoever held it and died holds nobody up for long. */
const LOCKED_FOR: Millis = 10 * SECOND;
const LOCK_AGAIN: Millis = 100;

export interface InForce {
  /** Empty before the first commit: a new log starts with the rules of whoever runs it. */
  readonly hash: string;
  /** The last entry committed. */
  readonly entry: EntryId;
}

export type Change =
  /** By partition the entry that was written; nothing where it runs that set already, or none yet. */
  | { readonly ok: true; readonly written: ReadonlyMap<number, EntryId> }
  /** Another set than `previous` is in force, or somebody is just changing it. */
  | { readonly ok: false; readonly inForce: string };

export interface StoredSet {
  readonly hash: string;
  /** Stores it, where it is stored already too. */
  store(): Promise<void>;
}

export class RulesInForce {
  readonly #connection: RedisConnection;
  readonly #partitions: number;
  readonly #sleep: (duration: Millis) => Promise<unknown>;

  /** @param sleep how to wait while somebody else changes the rules */
  constructor(
    connection: RedisConnection,
    partitions: number,
    sleep: (duration: Millis) => Promise<unknown> = delay,
  ) {
    this.#connection = connection;
    this.#partitions = partitions;
    this.#sleep = sleep;
  }

  /** By partition. */
  read(): Promise<InForce[]> {
    const places = Array.from({ length: this.#partitions }, (_, p) => partitionKeys(p, this.#partitions));
    return this.#connection.ask('reading the rules in force', (redis) =>
      Promise.all(
        places.map(async ({ position }) => {
          const [head, entry] = await redis.hmget(position, 'head', 'entry');
          return { hash: head ? (JSON.parse(head) as Head).rules : '', entry: entry ?? '0-0' };
        }),
      ),
    );
  }

  /** The set that most partitions run; undefined before the first commit of any. */
  async current(): Promise<string | undefined> {
    const counts = new Map<string, number>();
    for (const { hash } of await this.read()) if (hash !== '') counts.set(hash, (counts.get(hash) ?? 0) + 1);
    return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
  }

  /**
   * Writes the change into every log, and stores the set again: a Redis that fell in between may have lost it, while the
   * entries that name it are there.
   * @param previous what has to be in force; whatever is, where it is absent
   */
  async change({ hash, store }: StoredSet, previous?: string): Promise<Change> {
    const holder = randomUUID();
    for (let waited = 0; !(await this.#lock(holder)); waited += LOCK_AGAIN) {
      if (waited >= LOCKED_FOR) return { ok: false, inForce: (await this.current()) ?? '' };
      await this.#sleep(LOCK_AGAIN);
    }
    try {
      const before = await this.read();
      const other = before.find(
        (found) => found.hash !== '' && previous !== undefined && found.hash !== previous,
      );
      if (other) return { ok: false, inForce: other.hash };
      const written = new Map<number, EntryId>();
      for (const [partition, found] of before.entries()) {
        if (found.hash === '' || found.hash === hash) continue;
        const { in: log } = partitionKeys(partition, this.#partitions);
        const entry = JSON.stringify({ type: 'rules.activated', hash, previous: found.hash });
        const id = await this.#connection.ask('changing the rules', (redis) =>
          redis.xadd(log, '*', 'd', entry),
        );
        written.set(partition, id as EntryId);
      }
      if (written.size > 0) await store();
      return { ok: true, written };
    } finally {
      await this.#connection.ask('changing the rules', async (redis) => {
        if ((await redis.get(LOCK)) === holder) await redis.del(LOCK);
      });
    }
  }

  async #lock(holder: string): Promise<boolean> {
    const answer = await this.#connection.ask('changing the rules', (redis) =>
      redis.set(LOCK, holder, 'PX', LOCKED_FOR, 'NX'),
    );
    return answer !== null;
  }

  /** How far a change has come: partitions that have not reached it, and those that refused it. */
  async progress(
    hash: string,
    written: ReadonlyMap<number, EntryId>,
  ): Promise<{ readonly waiting: number; readonly refused: number }> {
    const now = await this.read();
    const reached = [...written].filter(
      ([partition, entry]) => compareEntryIds((now[partition] as InForce).entry, entry) >= 0,
    );
    return {
      waiting: written.size - reached.length,
      refused: reached.filter(([partition]) => (now[partition] as InForce).hash !== hash).length,
    };
  }
}
