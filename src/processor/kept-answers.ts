/** Answers to requests that may be sent twice, by key, for a day. */

import { DAY, MINUTE } from '../core/units.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Every method rejects with WeirError redis_away when it cannot know. */
export interface KeptAnswers {
  /**
   * `first`: nobody asked so before, and whoever asked now must say `keep` or `forget`; `busy`: another one did and
   * is not answered yet; `other`: the key stood for another request.
   */
  begin(key: string, request: string): Promise<'first' | 'busy' | 'other' | KeptAnswer>;
  keep(key: string, request: string, answer: KeptAnswer): Promise<void>;
  forget(key: string): Promise<void>;
}

interface Stored {
  readonly request: string;
  /** Absent while it is not answered. */
  readonly answer?: KeptAnswer;
}

export class RedisKeptAnswers implements KeptAnswers {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async begin(key: string, request: string): Promise<'first' | 'busy' | 'other' | KeptAnswer> {
    const text = JSON.stringify({ request } satisfies Stored);
    const found = await this.#connection.ask('looking for an answer given before', async (redis) => {
      // one that is never answered, because its process ended, must not stand in the way for long
      const set = await redis.set(keyOf(key), text, 'PX', MINUTE, 'NX');
      return set === 'OK' ? undefined : redis.get(keyOf(key));
    });
    if (found === undefined) return 'first';
    // it went in between
    if (found === null) return 'busy';
    const stored = JSON.parse(found) as Stored;
    if (stored.request !== request) return 'other';
    return stored.answer ?? 'busy';
  }

  async keep(key: string, request: string, answer: KeptAnswer): Promise<void> {
    const text = JSON.stringify({ request, answer } satisfies Stored);
    await this.#connection.ask('keeping an answer', (redis) => redis.set(keyOf(key), text, 'PX', DAY));
  }

  async forget(key: string): Promise<void> {
    await this.#connection.ask('forgetting an answer', (redis) => redis.del(keyOf(key)));
  }
}

function keyOf(key: string): string {
  return `weir:answer:${key}`;
}
