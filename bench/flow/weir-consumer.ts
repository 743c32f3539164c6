/** The whole house with the shipped rules on a log clock: it is open and idle, then finds all events at once. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type House, openHouse } from '../../src/cli/house.ts';
import { SECOND } from '../../src/core/units.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { openRedis } from '../bench-redis.ts';
import { houseOptions } from '../house-options.ts';
import type { Consumer } from './consumer.ts';
import { FRESH_EVENTS, logKeys, PARTITIONS } from './keys.ts';

/** Without any progress for so long the run is given up. */
const PATIENCE = 20 * SECOND;
const COUNTERS = {
  applied: 'weir_events_applied_total',
  duplicate: 'weir_events_duplicate_total',
  dead: 'weir_events_dead_total',
  late: 'weir_events_late_total',
  decisions: 'weir_decisions_total',
  evaluations: 'weir_rule_evaluations_total',
};

export async function weirConsumer(
  entrance: 'logs' | 'intake',
  path: string,
  events: number,
): Promise<Consumer> {
  const house = await openHouse(houseOptions(path, 'log'));
  const redis = openRedis(path);
  while (house.processor.owned < PARTITIONS) await sleep(10);
  const failed = house.running.then(() => undefined);
  return {
    work: async () => {
      if (entrance === 'intake') await redis.rename(FRESH_EVENTS, PUBLIC_STREAM);
      else {
        const pipeline = redis.pipeline();
        for (let p = 0; p < PARTITIONS; p++) pipeline.rename(logKeys(p).kept, logKeys(p).used);
        await pipeline.exec();
      }
      await Promise.race([drained(house, events), failed]);
      return events;
    },
    counts: async () =>
      Object.fromEntries(
        await Promise.all(
          Object.entries(COUNTERS).map(async ([name, metric]) => [name, await total(house, metric)]),
        ),
      ),
    close: async () => {
      await house.close();
      redis.disconnect();
    },
  };
}

/** Waits until as many events are committed, whatever became of them. */
async function drained(house: House, events: number): Promise<void> {
  let before = -1;
  let since = performance.now();
  for (;;) {
    const done =
      (await total(house, COUNTERS.applied)) +
      (await total(house, COUNTERS.duplicate)) +
      (await total(house, COUNTERS.dead));
    if (done >= events && (await house.processor.drained())) return;
    if (done > before) {
      before = done;
      since = performance.now();
    } else if (performance.now() - since > PATIENCE)
      throw new Error(`${done} of ${events} events were committed, and then no more`);
    await sleep(10);
  }
}

async function total(house: House, metric: string): Promise<number> {
  const found = await house.meter.registry.getSingleMetric(metric)?.get();
  return (found?.values ?? []).reduce((sum, { value }) => sum + value, 0);
}
