/** The stream `weir:actions`: one entry for each action that was approved, for the connectors that carry them out. */

import { DAY, type Millis } from '../core/units.ts';
import type { Outcome, Receiver } from './courier.ts';
import type { RedisConnection } from './redis-connection.ts';
import { redisTime } from './redis-time.ts';
import type { Scripts } from './scripts.ts';
import type { ToldDecision } from './told-decision.ts';

export const ACTION_STREAM = 'weir:actions';
/** In the slot of the stream: the ids that it was given, so that an action that is told again has no second entry. */
const GIVEN = `{${ACTION_STREAM}}:given`;
/** A connector that was away for longer finds actions that have failed for want of a report. */
const KEPT: Millis = 7 * DAY;

export class ActionStream implements Receiver {
  readonly atOnce = 1;
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async tell(actions: readonly ToldDecision[]): Promise<Outcome> {
    const now = await redisTime(this.#connection, ACTION_STREAM);
    for (const { id, rule, entity, key = id, body } of actions) {
      const fields = ['id', id, 'rule', rule, 'entity', entity, 'idempotency_key', key, 'd', body];
      await this.#connection.ask('writing an action to its stream', (redis) =>
        (redis as unknown as Scripts).weirAction([2, ACTION_STREAM, GIVEN, now, now - KEPT, id, ...fields]),
      );
    }
    return 'done';
  }
}
