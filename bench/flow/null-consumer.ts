/** The least a consumer can do: ioredis reads the same entries, JSON.parse, nothing else. */

import { openRedis } from '../bench-redis.ts';
import type { Consumer } from './consumer.ts';
import { logKeys, PARTITIONS } from './keys.ts';

type Reply = [key: string, entries: [id: string, fields: string[]][]][] | null;

/** All partitions are read side by side on one connection, so that a reply is always on its way. */
export async function nullConsumer(path: string): Promise<Consumer> {
  const redis = openRedis(path);
  await redis.ping();
  const drain = async (key: string): Promise<number> => {
    let events = 0;
    for (let after = '0-0'; ; ) {
      const reply = (await redis.xread('COUNT', 1000, 'STREAMS', key, after)) as Reply;
      const entries = reply?.[0]?.[1];
      if (!entries) return events;
      for (const [, fields] of entries) {
        const value: unknown = JSON.parse(fields[1] as string);
        events += Array.isArray(value) ? value.length : 1;
      }
      after = (entries.at(-1) as (typeof entries)[number])[0];
    }
  };
  return {
    work: async () => {
      const counts = await Promise.all(Array.from({ length: PARTITIONS }, (_, p) => drain(logKeys(p).kept)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    close: async () => redis.disconnect(),
  };
}
