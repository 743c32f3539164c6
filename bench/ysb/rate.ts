/** Rate mode: events are due by a schedule, in some disorder, and nothing waits for the answer to the one before. */

import { setTimeout as sleep } from 'node:timers/promises';
import { partitionOf } from '../../src/core/partition.ts';
import type { Millis } from '../../src/core/units.ts';
import { type BenchRedis, removeKeys } from '../bench-redis.ts';
import { startHouse } from '../house-process.ts';
import { type AdEventOptions, adEvents, type World } from './ad-events.ts';
import { CONFIG } from './catch-up.ts';
import { adLogs, PARTITIONS } from './fill.ts';
import { SideTable } from './side-table.ts';
import { latencies, recountWindows, toldWindows, wrongWindows } from './windows.ts';

/** From the last event to the last window told: a window, the ticks' distance behind the clock, and some more. */
const AFTER: Millis = 18_000;

export interface RateResult {
  readonly latencies: readonly Millis[];
  readonly windows: number;
  readonly wrong: number;
  /** How far the sender itself was behind its schedule at most. */
  readonly behind: Millis;
  /** Events a second that were sent. */
  readonly sent: number;
}

export async function runRate(
  server: BenchRedis,
  world: World,
  { rate, seconds, seed }: { rate: number; seconds: number; seed: number },
): Promise<RateResult> {
  const { redis, path } = server;
  const house = await startHouse(path, 'live', undefined, CONFIG);
  try {
    const start = Date.now() + 500;
    const options: AdEventOptions = {
      events: rate * seconds,
      seed: seed + 7,
      start,
      spacing: 1000 / rate,
      disorder: true,
    };
    const { sent, behind } = await send(server, world, options);
    await sleep(AFTER);
    const told = await toldWindows(redis);
    const expected = recountWindows(adEvents(world, options), world.campaignOf);
    const wrong = wrongWindows(expected, told);
    // what only a tick closed, for want of events, says how far ticks are behind and nothing else
    const end = start + seconds * 1000;
    return { latencies: latencies(told, end), windows: expected.size, wrong, behind, sent: sent / seconds };
  } finally {
    await house.stop();
    await removeKeys(redis, 'weir:*');
  }
}

async function send({ redis }: BenchRedis, world: World, options: AdEventOptions) {
  const table = new SideTable(redis);
  let pipeline = redis.pipeline();
  let replies: Promise<unknown> = Promise.resolve();
  let sent = 0;
  let behind = 0;
  for (const event of adEvents(world, options)) {
    if (event.due > Date.now()) {
      if (pipeline.length > 0) replies = pipeline.exec();
      pipeline = redis.pipeline();
      while (event.due > Date.now()) await sleep(1);
    }
    behind = Math.max(behind, Date.now() - event.due);
    const campaign = await table.campaignOf(event.ad);
    if (campaign === undefined) continue;
    pipeline.xadd(adLogs(partitionOf(campaign, PARTITIONS), 1).used, '*', 'd', event.text(campaign));
    sent += 1;
    if (pipeline.length < 500) continue;
    replies = pipeline.exec();
    pipeline = redis.pipeline();
  }
  await replies;
  await pipeline.exec();
  return { sent, behind };
}
