/** Lead events into the logs at a steady rate, until told to stop. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { partitionOf } from '../../src/core/partition.ts';
import { logKeys, PARTITIONS } from '../flow/keys.ts';
import { leadTraffic } from '../lead-traffic.ts';

export interface Traffic {
  /** How many events were sent. */
  stop(): Promise<number>;
}

export function steadyTraffic(redis: Redis, rate: number, most: number, seed: number): Traffic {
  const events = leadTraffic({
    events: most,
    leads: Math.ceil(most / 10),
    seed,
    start: Date.now(),
    span: (most / rate) * 1000,
  });
  let stopping = false;
  const run = async () => {
    const begun = performance.now();
    let sent = 0;
    while (!stopping && sent < most) {
      const due = Math.min(most, Math.floor(((performance.now() - begun) * rate) / 1000));
      const pipeline = redis.pipeline();
      for (; sent < due; sent++) {
        const { value } = events.next();
        if (value) pipeline.xadd(logKeys(partitionOf(value.lead, PARTITIONS)).used, '*', 'd', value.text);
      }
      await pipeline.exec();
      await sleep(5);
    }
    return sent;
  };
  const running = run();
  return {
    stop: () => {
      stopping = true;
      return running;
    },
  };
}
