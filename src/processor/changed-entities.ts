/** The sorted set of changed entities of a partition: their keys, by the number of the commit that changed them last. */

import type { Redis } from 'ioredis';
import type { ChangedEntities } from '../core/ports.ts';
import type { RedisConnection } from './redis-connection.ts';

export class RedisChangedEntities implements ChangedEntities {
  readonly #connection: RedisConnection;
  readonly #key: string;
  /** Of the connection on which keys were last taken. */
  #session: number | undefined;

  constructor(connection: RedisConnection, key: string) {
    this.#connection = connection;
    this.#key = key;
  }

  async take(limit: number): Promise<{ keys: string[]; commit: number }> {
    const flat = await this.#connection.askAt('reading changed entities', this.#key, (redis, session) => {
      this.#session = session;
      return redis.zrange(this.#key, '0', String(limit - 1), 'WITHSCORES');
    });
    const found = pairs(flat);
    const last = found.at(-1)?.[1];
    if (last === undefined) return { keys: [], commit: 0 };
    if (found.length < limit) return { keys: found.map(([key]) => key), commit: last };
    // the last commit may be cut off: stop before it, or take the whole of it
    const whole = found.filter(([, commit]) => commit < last);
    if (whole.length > 0) return { keys: whole.map(([key]) => key), commit: (whole.at(-1) as Changed)[1] };
    const keys = await this.#connection.ask('reading changed entities', (redis) =>
      redis.zrangebyscore(this.#key, last, last),
    );
    return { keys, commit: last };
  }

  async done(commit: number): Promise<void> {
    // a Redis that lost its tail gives the numbers of lost commits again
    const forget = (redis: Redis) => redis.zremrangebyscore(this.#key, '-inf', commit);
    await this.#connection.askAt('forgetting changed entities', this.#key, forget, this.#session);
  }
}

type Changed = readonly [key: string, commit: number];

function pairs(flat: readonly string[]): Changed[] {
  const found: Changed[] = [];
  for (let i = 0; i < flat.length; i += 2) found.push([flat[i] as string, Number(flat[i + 1])]);
  return found;
}
