/** A consumer in a process of its own: one job, one measurement. */

import type { Redis } from 'ioredis';
import { openRedis } from '../bench-redis.ts';
import { onJob } from '../child.ts';
import { type Measured, measure } from '../measure.ts';
import { bullmqConsumer } from './bullmq-consumer.ts';
import { naiveConsumer } from './naive-consumer.ts';
import { nullConsumer } from './null-consumer.ts';
import { pipelinedConsumer } from './pipelined-consumer.ts';
import { weirConsumer } from './weir-consumer.ts';

export interface ConsumerJob {
  readonly consumer: keyof typeof CONSUMERS;
  /** Path of the server's socket. */
  readonly path: string;
  /** How many events it works off. */
  readonly events: number;
}

/** Ready to begin: `work` says how many events it worked off; `close` is not measured. */
export interface Consumer {
  work(): Promise<number>;
  close(): Promise<void>;
  /** What weir counted besides, for the check of exactness. */
  counts?(): Promise<Readonly<Record<string, number>>>;
}

export interface ConsumerAnswer extends Measured {
  readonly counts?: Readonly<Record<string, number>>;
}

export type OpenConsumer = (path: string, events: number) => Promise<Consumer>;

const CONSUMERS = {
  weir: (path: string, events: number) => weirConsumer('logs', path, events),
  intake: (path: string, events: number) => weirConsumer('intake', path, events),
  null: nullConsumer,
  naive: naiveConsumer,
  pipelined: pipelinedConsumer,
  bullmq: bullmqConsumer,
};

onJob(async ({ consumer, path, events }: ConsumerJob): Promise<ConsumerAnswer> => {
  const redis: Redis = openRedis(path);
  const opened = await CONSUMERS[consumer](path, events);
  const measured = await measure(redis, () => opened.work());
  const counts = await opened.counts?.();
  await opened.close();
  redis.disconnect();
  return counts ? { ...measured, counts } : measured;
});
