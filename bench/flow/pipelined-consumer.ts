/** The same loop by somebody who took care: batches of a hundred, one round trip for reads, one for writes. */

import { openRedis } from '../bench-redis.ts';
import type { Consumer } from './consumer.ts';
import { SHORT_STREAM } from './keys.ts';
import type { GroupReply } from './naive-consumer.ts';
import { fold, type PlainEvent, type StoredLead, score } from './naive-lead.ts';

const BATCH = 100;

export async function pipelinedConsumer(path: string, limit: number): Promise<Consumer> {
  const redis = openRedis(path);
  await redis.xgroup('CREATE', SHORT_STREAM, 'pipelined', '0-0');
  const handle = async (entries: readonly [id: string, fields: string[]][]) => {
    const batch = entries.map(([, fields]) => JSON.parse(fields[1] as string) as PlainEvent);
    const keys = [...new Set(batch.map(({ data }) => `pipelined:lead:${data.lead_id}`))];
    const reads = redis.pipeline();
    for (const key of keys) reads.hgetall(key);
    const found = (await reads.exec()) ?? [];
    const leads = new Map(keys.map((key, i) => [key, found[i]?.[1] as StoredLead]));
    await Promise.all(
      batch.map(async (event) => {
        const lead = leads.get(`pipelined:lead:${event.data.lead_id}`) as StoredLead;
        fold(lead, event);
        Object.assign(lead, await score({ ...lead }, event.time));
      }),
    );
    const writes = redis.pipeline();
    for (const [key, lead] of leads) writes.hset(key, lead);
    writes.xack(SHORT_STREAM, 'pipelined', ...entries.map(([id]) => id));
    await writes.exec();
  };
  return {
    work: async () => {
      let events = 0;
      while (events < limit) {
        const reply = (await redis.xreadgroup(
          'GROUP',
          'pipelined',
          'one',
          'COUNT',
          BATCH,
          'STREAMS',
          SHORT_STREAM,
          '>',
        )) as GroupReply;
        const entries = reply?.[0]?.[1];
        if (!entries) break;
        await handle(entries);
        events += entries.length;
      }
      return events;
    },
    close: async () => redis.disconnect(),
  };
}
