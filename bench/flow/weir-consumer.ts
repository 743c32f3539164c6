/** The whole house with the shipped rules on a log clock: it is open and idle, then finds all events at once. */

import { setTimeout as sleep } from 'node:timers/promises';
import { openHouse } from '../../src/cli/house.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { openRedis } from '../bench-redis.ts';
import { houseOptions } from '../house-options.ts';
import { countsOf, drained } from '../house-run.ts';
import type { Consumer } from './consumer.ts';
import { FRESH_EVENTS, logKeys, PARTITIONS } from './keys.ts';

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
    counts: () => countsOf(house),
    close: async () => {
      await house.close();
      redis.disconnect();
    },
  };
}
