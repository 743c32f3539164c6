/** Losses: what Redis had committed and has no longer, and whether weir said so. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Millis, SECOND } from '../../src/core/units.ts';
import type { RedisConnection } from '../../src/processor/redis-connection.ts';
import type { Instance } from './instance.ts';
import { lookAt, type Owned } from './ownership.ts';

const SAID_WITHIN: Millis = 30 * SECOND;

export class Losses {
  /** Partitions whose committed tail was lost. */
  count = 0;
  /** Those of them that nobody said anything about. */
  silent = 0;
  readonly #instances: readonly Instance[];
  /** What a dead owner had committed, somebody knows only where there is one. */
  readonly #hasHistory: boolean;

  constructor(instances: readonly Instance[], hasHistory: boolean) {
    this.#instances = instances;
    this.#hasHistory = hasHistory;
  }

  /** Notices of lost tails so far. */
  get said(): number {
    return this.#instances.reduce((sum, { notices }) => sum + (notices.get('lost') ?? 0), 0);
  }

  /**
   * Waits until every partition whose owner had committed more than `left` has a new incarnation, and somebody said
   * why.
   * @param had as its owners know it
   */
  async expect(
    connection: RedisConnection,
    had: readonly Owned[],
    left: readonly Owned[],
    said: number,
  ): Promise<string> {
    const open = new Set<number>();
    let lost = 0;
    for (const [partition, { commit, instance }] of had.entries()) {
      if (instance === null || commit <= (left[partition]?.commit ?? 0)) continue;
      const isKnown = this.#instances.some(({ name, isRunning }) => name === instance && isRunning);
      if (isKnown || this.#hasHistory) lost += 1;
      if (isKnown) open.add(partition);
    }
    this.count += lost;
    const deadline = performance.now() + SAID_WITHIN;
    while ((open.size > 0 || (lost > 0 && this.said === said)) && performance.now() < deadline) {
      await sleep(100);
      for (const [partition, { incarnation }] of (await lookAt(connection))?.entries() ?? [])
        if (incarnation > Math.max(had[partition]?.incarnation ?? 0, left[partition]?.incarnation ?? 0))
          open.delete(partition);
    }
    this.silent += lost > 0 && this.said === said ? lost : open.size;
    return lost === 0 ? 'no commit lost' : `tails of ${lost} partitions lost`;
  }
}
