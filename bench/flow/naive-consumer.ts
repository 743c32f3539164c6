/** The loop most people write: a consumer group, ten entries at a time, everything awaited in turn. */

import { openRedis } from '../bench-redis.ts';
import type { Consumer } from './consumer.ts';
import { SHORT_STREAM } from './keys.ts';
import { fold, type PlainEvent, score } from './naive-lead.ts';

export type GroupReply = [key: string, entries: [id: string, fields: string[]][]][] | null;

export async function naiveConsumer(path: string, limit: number): Promise<Consumer> {
  const redis = openRedis(path);
  await redis.xgroup('CREATE', SHORT_STREAM, 'naive', '0-0');
  const handle = async (id: string, text: string) => {
    const event = JSON.parse(text) as PlainEvent;
    const key = `naive:lead:${event.data.lead_id}`;
    const lead = await redis.hgetall(key);
    fold(lead, event);
    const scores = await score(lead, event.time);
    await redis.hset(key, { ...lead, ...scores });
    await redis.xack(SHORT_STREAM, 'naive', id);
  };
  return {
    work: async () => {
      let events = 0;
      while (events < limit) {
        const reply = (await redis.xreadgroup(
          'GROUP',
          'naive',
          'one',
          'COUNT',
          10,
          'STREAMS',
          SHORT_STREAM,
          '>',
        )) as GroupReply;
        const entries = reply?.[0]?.[1];
        if (!entries) break;
        for (const [id, fields] of entries) await handle(id, fields[1] as string);
        events += entries.length;
      }
      return events;
    },
    close: async () => redis.disconnect(),
  };
}
