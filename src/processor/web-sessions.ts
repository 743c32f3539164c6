/** Sessions of web pages: who showed a token once goes on with a cookie. */

import { HOUR } from '../core/units.ts';
import type { RedisConnection } from './redis-connection.ts';

/** A session lasts so long after the token was shown. */
export const SESSION_LASTS = 12 * HOUR;

/** Every method rejects with WeirError redis_away when it cannot know. */
export interface WebSessions {
  /** @param session SHA-256 of the cookie; `token` SHA-256 of the token */
  open(session: string, token: string): Promise<void>;
  /** The SHA-256 of its token; undefined when there is none. */
  find(session: string): Promise<string | undefined>;
  close(session: string): Promise<void>;
}

export class RedisWebSessions implements WebSessions {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async open(session: string, token: string): Promise<void> {
    await this.#connection.ask('opening a session', (redis) =>
      redis.set(keyOf(session), token, 'PX', SESSION_LASTS),
    );
  }

  async find(session: string): Promise<string | undefined> {
    return (
      (await this.#connection.ask('looking for a session', (redis) => redis.get(keyOf(session)))) ?? undefined
    );
  }

  async close(session: string): Promise<void> {
    await this.#connection.ask('closing a session', (redis) => redis.del(keyOf(session)));
  }
}

function keyOf(session: string): string {
  return `weir:session:${session}`;
}
