/** Watches who owns the partitions, and how long it takes until somebody else commits in the place of a silent owner. */

import { setTimeout as sleep } from 'node:timers/promises';
import { WeirError } from '../../src/core/errors.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import { type Millis, SECOND } from '../../src/core/units.ts';
import type { RedisConnection } from '../../src/processor/redis-connection.ts';
import { PARTITIONS } from './deployment.ts';

export interface Owned {
  readonly instance: string | null;
  readonly nonce: string | null;
  readonly commit: number;
  readonly incarnation: number;
}

const LOOK_EVERY: Millis = 50;
const SLOW_ANSWER: Millis = SECOND / 2;
const GIVE_UP: Millis = 30 * SECOND;

export class Ownership {
  /** Of each partition lost by a silent owner: until the next owner's first commit, where Redis answered all the time. */
  readonly takeovers: Millis[] = [];
  /** Of each restart of Redis that nothing else disturbed: from its being back until all partitions went on. */
  readonly comebacks: Millis[] = [];
  readonly #connection: RedisConnection;
  readonly #pending: Promise<void>[] = [];

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  /** The owner's name of each partition that has one; empty while Redis is away. */
  async owners(): Promise<string[]> {
    const owned = await this.look();
    return owned?.flatMap(({ instance }) => instance ?? []) ?? [];
  }

  /** Undefined while Redis is away. */
  look(): Promise<Owned[] | undefined> {
    return lookAt(this.#connection);
  }

  /** To be called when Redis is back: how long until every partition has committed again, in the background. */
  expectProgress(before: readonly Owned[], isFair: () => boolean): void {
    const begun = performance.now();
    const measure = async () => {
      const open = new Set(before.keys());
      while (open.size > 0 && performance.now() - begun < GIVE_UP) {
        await sleep(LOOK_EVERY);
        if (!isFair()) return;
        for (const [partition, { commit }] of (await this.look())?.entries() ?? [])
          if (commit > (before[partition]?.commit ?? 0)) open.delete(partition);
      }
      this.comebacks.push(performance.now() - begun);
    };
    this.#pending.push(measure());
  }

  /** To be called just before `instance` falls silent: measures each partition it owns, in the background. */
  async expectTakeover(instance: string): Promise<void> {
    const before = await this.look();
    if (!before) return;
    const fallen = performance.now();
    for (const [partition, owned] of before.entries())
      if (owned.instance === instance) this.#pending.push(this.#measure(partition, owned, fallen));
  }

  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async #measure(partition: number, before: Owned, fallen: Millis): Promise<void> {
    let taken: Owned | undefined;
    while (performance.now() - fallen < GIVE_UP) {
      await sleep(LOOK_EVERY);
      const asked = performance.now();
      const now = (await this.look())?.[partition];
      if (!now || performance.now() - asked > SLOW_ANSWER) return;
      if (now.nonce === null || now.nonce === before.nonce) continue;
      taken ??= now;
      if (now.commit > taken.commit) break;
    }
    this.takeovers.push(performance.now() - fallen);
  }
}

/** Undefined while Redis is away. */
export async function lookAt(connection: RedisConnection): Promise<Owned[] | undefined> {
  try {
    return await connection.ask('looking for owners', (redis) =>
      Promise.all(
        Array.from({ length: PARTITIONS }, async (_, partition) => {
          const { owner, position } = partitionKeys(partition, PARTITIONS);
          const [[instance = null, nonce = null], [commit, incarnation]] = await Promise.all([
            redis.hmget(owner, 'instance', 'nonce'),
            redis.hmget(position, 'commit', 'incarnation'),
          ]);
          return { instance, nonce, commit: Number(commit ?? 0), incarnation: Number(incarnation ?? 1) };
        }),
      ),
    );
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    return undefined;
  }
}
