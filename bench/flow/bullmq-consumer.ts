/** A BullMQ worker whose handler does nothing, a hundred jobs at a time. */

import { Queue, Worker } from 'bullmq';
import { openRedis } from '../bench-redis.ts';
import type { Consumer } from './consumer.ts';
import { SHORT_STREAM } from './keys.ts';

const NAME = 'lead-events';
const CONCURRENCY = 100;

export async function bullmqConsumer(path: string, limit: number): Promise<Consumer> {
  const redis = openRedis(path);
  const connection = { path, maxRetriesPerRequest: null };
  const queue = new Queue(NAME, { connection });
  const entries = await redis.xrange(SHORT_STREAM, '-', '+', 'COUNT', limit);
  const jobs = entries.map(([, fields]) => ({
    name: 'event',
    data: JSON.parse(fields[1] as string) as object,
    opts: { removeOnComplete: true },
  }));
  for (let i = 0; i < jobs.length; i += 1000) await queue.addBulk(jobs.slice(i, i + 1000));
  const worker = new Worker(NAME, async () => undefined, {
    connection,
    concurrency: CONCURRENCY,
    autorun: false,
  });
  worker.on('error', (error) => process.stderr.write(`  BullMQ: ${error.message}\n`));
  await worker.waitUntilReady();
  return {
    work: async () => {
      let done = 0;
      const all = new Promise<void>((resolve) => {
        worker.on('completed', () => {
          done += 1;
          if (done === jobs.length) resolve();
        });
      });
      worker.run().catch(() => undefined);
      await all;
      return done;
    },
    close: async () => {
      await worker.close();
      await queue.close();
      redis.disconnect();
    },
  };
}
