/** Catch-up mode: all events lie in the logs, ten milliseconds apart, and are worked off as fast as it goes. */

import { fileURLToPath } from 'node:url';
import { type BenchRedis, removeKeys } from '../bench-redis.ts';
import { runChild } from '../child.ts';
import type { HouseAnswer, HouseJob } from '../house-worker.ts';
import { perSecond } from '../measure.ts';
import { number } from '../table.ts';
import { type AdEventOptions, adEvents, type World } from './ad-events.ts';
import { adLogs, type Filled, fillLogs, PARTITIONS } from './fill.ts';
import { recountWindows, toldWindows, type Windows, wrongWindows } from './windows.ts';

const WORKER = fileURLToPath(new URL('../house-worker.ts', import.meta.url));
export const CONFIG = fileURLToPath(new URL('config', import.meta.url));
const START = Date.UTC(2026, 0, 5);
/** Longer than the last window is kept. */
const AFTER = 120_000;

export interface CatchUpResult extends HouseAnswer {
  readonly wrong: number;
  readonly exact: boolean;
}

export class CatchUp {
  readonly results: ReadonlyMap<number, CatchUpResult[]>;
  filled: Filled | undefined;
  windows = 0;
  private readonly server: BenchRedis;
  private readonly world: World;
  private readonly options: AdEventOptions;
  private expected: Windows = new Map();

  constructor(
    server: BenchRedis,
    world: World,
    { events, seed }: { events: number; seed: number },
    packings: readonly number[],
  ) {
    this.server = server;
    this.world = world;
    this.options = { events, seed, start: START, spacing: 10, disorder: false };
    this.results = new Map(packings.map((packing) => [packing, []]));
  }

  async fill(): Promise<void> {
    const packings = [...this.results.keys()];
    this.filled = await fillLogs(this.server.redis, adEvents(this.world, this.options), packings);
    this.expected = recountWindows(adEvents(this.world, this.options), this.world.campaignOf);
    this.windows = this.expected.size;
  }

  async next(round: number): Promise<void> {
    for (const [packing, results] of this.results) {
      const result = await this.run(packing);
      results.push(result);
      process.stderr.write(
        `  round ${round}: ${packing} an entry, ${number(perSecond(result))} events/s${result.exact ? '' : ' NOT EXACT'}\n`,
      );
    }
  }

  private async run(packing: number): Promise<CatchUpResult> {
    const { redis, path } = this.server;
    const logs: { from: string; to: string }[] = [];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const { used, kept } = adLogs(partition, packing);
      await redis.copy(kept, `${kept}:copy`, 'REPLACE');
      logs.push({ from: `${kept}:copy`, to: used });
    }
    const { joined } = this.filled as Filled;
    const end = START + this.options.events * this.options.spacing + AFTER;
    const job: HouseJob = { path, config: CONFIG, events: joined, logs, end };
    const answer = await runChild<HouseJob, HouseAnswer>(WORKER, job);
    const wrong = wrongWindows(this.expected, await toldWindows(redis));
    await removeKeys(redis, 'weir:*');
    const { applied, dead, duplicate, late } = answer.counts;
    const exact = wrong === 0 && applied === joined && dead + duplicate + late === 0;
    if (!exact) process.stderr.write(`  ${JSON.stringify(answer.counts)}, ${wrong} windows wrong\n`);
    return { ...answer, wrong, exact };
  }
}
