/** The stream `weir:decisions`: one entry for each decision that a subscription sends there, for whoever reads it. */

import { DAY } from '../core/units.ts';
import type { Outcome, Receiver } from './courier.ts';
import type { RedisConnection } from './redis-connection.ts';
import { redisTime } from './redis-time.ts';
import type { ToldDecision } from './told-decision.ts';

export const DECISION_STREAM = 'weir:decisions';

export class DecisionStream implements Receiver {
  readonly atOnce = 100;
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async tell(decisions: readonly ToldDecision[]): Promise<Outcome> {
    const oldest = `${(await redisTime(this.#connection, DECISION_STREAM)) - DAY}-0`;
    await this.#connection.ask('writing decisions to their stream', (redis) =>
      Promise.all(
        decisions.map(({ id, rule, entity, body }) => {
          const fields = ['id', id, 'rule', rule, 'entity', entity, 'd', body];
          return redis.xadd(DECISION_STREAM, 'MINID', '~', oldest, '*', ...fields);
        }),
      ),
    );
    return 'done';
  }
}
