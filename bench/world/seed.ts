/** The process of one seed: a Redis of its own that syncs every write, a weir and a market. */

import { existsSync } from 'node:fs';
import { startBenchRedis } from '../bench-redis.ts';
import { onJob } from '../child.ts';
import { MarketProcess } from './market-process.ts';
import { runMarket } from './market-run.ts';
import { type SeedScore, scoreOf } from './scores.ts';

/** Nothing is measured that a disk has a part in, and an action leaves once it is synced. */
const MEMORY = '/dev/shm';

export interface SeedJob {
  /** Folder with a `run.mjs` that speaks the protocol. */
  readonly folder: string;
  readonly scenario: string;
  readonly seed: number;
  readonly config: string;
}

export interface SeedAnswer {
  readonly seed: number;
  readonly score: SeedScore;
  readonly events: number;
  readonly actions: number;
  readonly seconds: number;
}

onJob(async ({ folder, scenario, seed, config }: SeedJob): Promise<SeedAnswer> => {
  const server = await startBenchRedis(['--appendfsync', 'always'], existsSync(MEMORY) ? MEMORY : undefined);
  try {
    const market = await MarketProcess.open(folder, scenario, seed);
    const result = await runMarket({ market, config, redis: server.path });
    const { events, actions, seconds } = result;
    return { seed, score: scoreOf(result), events, actions, seconds };
  } finally {
    await server.stop();
  }
});
