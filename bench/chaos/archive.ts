/** Keeps every element of a stage's streams: weir trims them when memory is tight and when the clock of Redis leaps. */

import { setTimeout as sleep } from 'node:timers/promises';
import { compareEntryIds } from '../../src/core/entry.ts';
import { WeirError } from '../../src/core/errors.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import type { Millis } from '../../src/core/units.ts';
import type { RedisConnection } from '../../src/processor/redis-connection.ts';
import { streamSize } from '../../src/processor/stream-size.ts';
import { PARTITIONS } from './deployment.ts';
import { type Element, lastId, readAfter } from './stream-entries.ts';

const LOOK_EVERY: Millis = 300;

/** What is kept of each partition. */
export const KEPT = ['in', 'out', 'dead', 'late'] as const;
export type Kept = (typeof KEPT)[number];

export class StreamArchive {
  readonly #connection: RedisConnection;
  readonly #streams = new Map<string, Element[]>();
  /** Of each stream that lost elements before they were kept: how many. */
  readonly #missed = new Map<string, number>();
  /** One look at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(connection: RedisConnection) {
    this.#connection = connection;
    for (let partition = 0; partition < PARTITIONS; partition++)
      for (const name of KEPT) this.#streams.set(partitionKeys(partition, PARTITIONS)[name], []);
  }

  elements(name: Kept, partition: number): readonly Element[] {
    return this.#streams.get(partitionKeys(partition, PARTITIONS)[name]) as Element[];
  }

  /** Until the signal, however Redis is. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.catchUp().catch((error: unknown) => {
        if (!(error instanceof WeirError)) throw error;
      });
      await sleep(LOOK_EVERY);
    }
  }

  /** Everything that stands in the streams now is kept. @throws WeirError when Redis is away */
  catchUp(): Promise<void> {
    return this.hold(async () => {
      await Promise.all(
        [...this.#streams].map(async ([key, elements]) => {
          elements.push(...(await readAfter(this.#connection, key, elements.at(-1)?.[0])));
          const { added, last } = await streamSize(this.#connection, key);
          // else something came meanwhile: the next look counts again
          if (last === (elements.at(-1)?.[0] ?? '0-0')) this.#missed.set(key, added - elements.length);
        }),
      );
    });
  }

  /** What cannot be judged, since it was trimmed before it was kept. */
  gaps(): string[] {
    return [...this.#missed].flatMap(([key, missed]) =>
      missed === 0
        ? []
        : [`the archive lacks ${missed} entries of ${key}: what came of them cannot be judged`],
    );
  }

  /** Nothing is read while the work is going on. */
  hold<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Forgets everything: what it was read from has nothing of it. */
  clear(): void {
    for (const elements of this.#streams.values()) elements.length = 0;
  }

  /** Forgets what this Redis never had; to be called within `hold`, before anything new is written to it. */
  async rewind(survivor: RedisConnection): Promise<void> {
    for (const [key, elements] of this.#streams) {
      const last = await lastId(survivor, key);
      while (elements.length > 0 && compareEntryIds((elements.at(-1) as Element)[0], last) > 0)
        elements.pop();
    }
  }
}
