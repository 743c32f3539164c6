/** The process of one seed: a Redis of its own that syncs every write, a weir and a market. */

import { startBenchRedis } from '../bench-redis.ts';
import { onJob } from '../child.ts';
import { type MarketCall, runMarket } from './market-run.ts';
import { type SeedScore, scoreOf } from './scores.ts';

export type SeedJob = Omit<MarketCall, 'redis' | 'onDay'>;

export interface SeedAnswer {
  readonly seed: number;
  readonly score: SeedScore;
  readonly events: number;
  readonly actions: number;
  readonly seconds: number;
}

onJob(async (job: SeedJob): Promise<SeedAnswer> => {
  const server = await startBenchRedis(['--appendfsync', 'always']);
  try {
    const result = await runMarket({ ...job, redis: server.path });
    const { events, actions, seconds } = result;
    return { seed: job.seed, score: scoreOf(result), events, actions, seconds };
  } finally {
    await server.stop();
  }
});
