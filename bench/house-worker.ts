/** A house in a process of its own: it is open and idle, then finds all logs filled at once. */

import { setTimeout as sleep } from 'node:timers/promises';
import { openHouse } from '../src/cli/house.ts';
import { compareEntryIds } from '../src/core/entry.ts';
import type { Millis } from '../src/core/units.ts';
import { openRedis } from './bench-redis.ts';
import { onJob } from './child.ts';
import { houseOptions } from './house-options.ts';
import { countsOf, drained, type HouseCounts } from './house-run.ts';
import { type Measured, measure } from './measure.ts';

export interface HouseJob {
  readonly path: string;
  readonly config: string;
  readonly events: number;
  /** Logs by the names they wait under, and those the house reads. */
  readonly logs: readonly { readonly from: string; readonly to: string }[];
  /** Stream time to move to at the end, unmeasured. */
  readonly end: Millis;
}

export interface HouseAnswer extends Measured {
  readonly counts: HouseCounts;
}

onJob(async ({ path, config, events, logs, end }: HouseJob): Promise<HouseAnswer> => {
  const house = await openHouse(houseOptions(path, 'log', undefined, config));
  const redis = openRedis(path);
  const { workers } = house.processor;
  while (house.processor.owned < workers.length) await sleep(10);
  const measured = await measure(redis, async () => {
    const pipeline = redis.pipeline();
    for (const { from, to } of logs) pipeline.rename(from, to);
    await pipeline.exec();
    await Promise.race([drained(house, events), house.running]);
    return events;
  });
  const counts = await countsOf(house);
  // the last windows are over when time says so
  const tick = JSON.stringify({ type: 'tick', time: end });
  const ticks = await Promise.all(house.processor.logs.map((log) => log.append({ d: tick })));
  const isThere = (id: string, p: number) => compareEntryIds(workers[p]?.position?.entry ?? '0-0', id) >= 0;
  while (!ticks.every(isThere)) await sleep(10);
  await house.close();
  redis.disconnect();
  return { ...measured, counts };
});
