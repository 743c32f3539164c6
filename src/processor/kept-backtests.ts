/** What came of backtests, for a day, for whichever instance is asked. */

import type { BacktestSides, BacktestStanding } from '../core/backtest.ts';
import { DAY, MINUTE } from '../core/units.ts';
import type { RedisConnection } from './redis-connection.ts';

/** Every method rejects with WeirError redis_away when it cannot know. */
export interface KeptBacktests {
  /** Undefined where there is none. */
  find(sides: BacktestSides): Promise<BacktestStanding | undefined>;
  keep(sides: BacktestSides, standing: BacktestStanding): Promise<void>;
}

export class RedisKeptBacktests implements KeptBacktests {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async find(sides: BacktestSides): Promise<BacktestStanding | undefined> {
    const text = await this.#connection.ask('looking for a backtest', (redis) => redis.get(keyOf(sides)));
    return text === null ? undefined : (JSON.parse(text) as BacktestStanding);
  }

  /** One whose process ended is not under way for longer than a minute. */
  async keep(sides: BacktestSides, standing: BacktestStanding): Promise<void> {
    const lasts = standing.state === 'running' ? MINUTE : DAY;
    await this.#connection.ask('keeping a backtest', (redis) =>
      redis.set(keyOf(sides), JSON.stringify(standing), 'PX', lasts),
    );
  }
}

function keyOf(sides: BacktestSides): string {
  return `weir:backtest:${sides.old}:${sides.new}`;
}
