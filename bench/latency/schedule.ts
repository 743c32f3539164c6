/** Sends events when they are due, whatever became of those before: nobody waits, so nothing is left out. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { partitionOf } from '../../src/core/partition.ts';
import { logKeys, PARTITIONS } from '../flow/keys.ts';
import { leadTraffic } from '../lead-traffic.ts';

export interface ScheduleOptions {
  readonly rate: number;
  /** At most; it ends when `isOver` says so. */
  readonly seconds: number;
  readonly isOver: () => boolean;
  /** Events due in the first seconds are sent but not observed. */
  readonly warmup: number;
  /** Only those due in so many seconds after that are. */
  readonly observed: number;
  readonly seed: number;
}

/** Time on the monotonic clock, milliseconds; `behind`: how late this program itself sent each event. */
export async function sendOnSchedule(
  redis: Redis,
  observer: { expect(event: string, due: number): void },
  { rate, seconds, isOver, warmup, observed, seed }: ScheduleOptions,
): Promise<{
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly behind: readonly number[];
}> {
  const most = rate * seconds;
  const texts = [...leadTraffic({ ...trafficOf(most, seed), start: Date.now(), span: seconds * 1000 })];
  const begun = performance.now();
  const behind: number[] = [];
  const replies: Promise<unknown>[] = [];
  let sent = 0;
  while (sent < most && !isOver()) {
    const now = performance.now();
    const due = Math.min(most, Math.floor(((now - begun) * rate) / 1000));
    for (; sent < due; sent++) {
      const { id, lead, text } = texts[sent] as (typeof texts)[number];
      const at = begun + (sent * 1000) / rate;
      if (at >= begun + warmup * 1000 && at < begun + (warmup + observed) * 1000) {
        observer.expect(id, at);
        behind.push(now - at);
      }
      replies.push(redis.xadd(logKeys(partitionOf(lead, PARTITIONS)).used, '*', 'd', text));
    }
    await sleep(1);
  }
  await Promise.all(replies);
  return { events: sent, eventsPerSecond: sent / ((performance.now() - begun) / 1000), behind };
}

function trafficOf(events: number, seed: number) {
  return { events, leads: Math.ceil(events / 10), seed };
}

/** The leads that the first so many of its events are about. */
export function leadsOfTraffic(first: number, events: number, seed: number): string[] {
  const leads = new Set<string>();
  let n = 0;
  for (const { lead } of leadTraffic({ ...trafficOf(events, seed), start: 0, span: 1 })) {
    if (n++ >= first) break;
    leads.add(lead);
  }
  return [...leads];
}
