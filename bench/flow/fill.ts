/** Writes the traffic of leads into the logs of the partitions and the streams the other consumers read. */

import type { Redis } from 'ioredis';
import { partitionOf } from '../../src/core/partition.ts';
import { leadTraffic } from '../lead-traffic.ts';
import { KEPT_EVENTS, logKeys, PARTITIONS, SHORT_STREAM } from './keys.ts';

export interface FillOptions {
  readonly events: number;
  readonly leads: number;
  readonly seed: number;
  /** Events of one partition in one entry of its log. */
  readonly packing: number;
  /** How many of the first events are in the short stream. */
  readonly short: number;
}

/** Returns the mean size of an event in bytes. */
export async function fill(redis: Redis, options: FillOptions): Promise<number> {
  const { packing, short } = options;
  const waiting = Array.from({ length: PARTITIONS }, () => [] as string[]);
  let pipeline = redis.pipeline();
  let bytes = 0;
  let n = 0;
  const writePacked = (partition: number) => {
    const texts = waiting[partition] as string[];
    if (texts.length === 0) return;
    pipeline.xadd(
      logKeys(partition).kept,
      '*',
      'd',
      packing === 1 ? (texts[0] as string) : `[${texts.join(',')}]`,
    );
    texts.length = 0;
  };
  for (const { lead, text } of leadTraffic(options)) {
    bytes += Buffer.byteLength(text);
    const partition = partitionOf(lead, PARTITIONS);
    const texts = waiting[partition] as string[];
    texts.push(text);
    if (texts.length >= packing) writePacked(partition);
    pipeline.xadd(KEPT_EVENTS, '*', 'd', text);
    if (n < short) pipeline.xadd(SHORT_STREAM, '*', 'd', text);
    n += 1;
    if (n % 1000 === 0) {
      await pipeline.exec();
      pipeline = redis.pipeline();
    }
  }
  for (let partition = 0; partition < PARTITIONS; partition++) writePacked(partition);
  await pipeline.exec();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    // the bookmark a worker moves with each commit, made where the log is known
    await redis.xgroup('CREATE', logKeys(partition).kept, 'weir', '0-0');
  }
  return bytes / n;
}
