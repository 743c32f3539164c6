/** Wall time, own CPU time and the server's CPU time of one piece of work. */

import type { Redis } from 'ioredis';
import { redisCpu } from './bench-redis.ts';

export interface Measured {
  readonly events: number;
  readonly seconds: number;
  /** CPU of the consumer's process. */
  readonly cpuSeconds: number;
  readonly redisCpuSeconds: number;
}

/** `work` says how many events it worked off. */
export async function measure(redis: Redis, work: () => Promise<number>): Promise<Measured> {
  const redisBefore = await redisCpu(redis);
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const events = await work();
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const redisCpuSeconds = (await redisCpu(redis)) - redisBefore;
  return { events, seconds, cpuSeconds: (user + system) / 1e6, redisCpuSeconds };
}

export function perSecond({ events, seconds }: Measured): number {
  return events / seconds;
}

/** Consumer and server together, per event. */
export function cpuPerEvent({ events, cpuSeconds, redisCpuSeconds }: Measured): number {
  return (cpuSeconds + redisCpuSeconds) / events;
}
