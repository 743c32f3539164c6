/** Writes the joined events into logs for the catch-up mode, one and several an entry. */

import type { Redis } from 'ioredis';
import { partitionKeys, partitionOf } from '../../src/core/partition.ts';
import type { AdEvent } from './ad-events.ts';
import { SideTable } from './side-table.ts';

export const PARTITIONS = 16;

/** The log of a partition as weir reads it, and its place while weir does not run. */
export function adLogs(partition: number, packing: number): { readonly used: string; readonly kept: string } {
  return {
    used: partitionKeys(partition, PARTITIONS).in,
    kept: partitionKeys(partition, PARTITIONS, `bench-${packing}`).in,
  };
}

export interface Filled {
  /** Events in the logs. */
  readonly joined: number;
  readonly misses: number;
  /** Mean size of an event. */
  readonly bytes: number;
}

export async function fillLogs(
  redis: Redis,
  events: Iterable<AdEvent>,
  packings: readonly number[],
): Promise<Filled> {
  const table = new SideTable(redis);
  const logs = packings.map((packing) => new PackedLogs(packing));
  let joined = 0;
  let bytes = 0;
  let pipeline = redis.pipeline();
  for (const event of events) {
    const campaign = await table.campaignOf(event.ad);
    if (campaign === undefined) continue;
    const text = event.text(campaign);
    bytes += text.length;
    joined += 1;
    for (const log of logs) log.write(pipeline, partitionOf(campaign, PARTITIONS), text);
    if (joined % 1000 > 0) continue;
    await pipeline.exec();
    pipeline = redis.pipeline();
  }
  for (const log of logs) log.finish(pipeline);
  await pipeline.exec();
  return { joined, misses: table.misses, bytes: bytes / joined };
}

type Pipeline = ReturnType<Redis['pipeline']>;

/** The logs of all partitions with so many events an entry. */
class PackedLogs {
  private readonly packing: number;
  private readonly waiting = Array.from({ length: PARTITIONS }, () => [] as string[]);

  constructor(packing: number) {
    this.packing = packing;
  }

  write(pipeline: Pipeline, partition: number, text: string): void {
    const texts = this.waiting[partition] as string[];
    texts.push(text);
    if (texts.length >= this.packing) this.close(pipeline, partition);
  }

  finish(pipeline: Pipeline): void {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      this.close(pipeline, partition);
      // the bookmark a worker moves with each commit, made where the log is known
      pipeline.xgroup('CREATE', adLogs(partition, this.packing).kept, 'weir', '0-0', 'MKSTREAM');
    }
  }

  private close(pipeline: Pipeline, partition: number): void {
    const texts = this.waiting[partition] as string[];
    if (texts.length === 0) return;
    const entry = this.packing === 1 ? (texts[0] as string) : `[${texts.join(',')}]`;
    pipeline.xadd(adLogs(partition, this.packing).kept, '*', 'd', entry);
    texts.length = 0;
  }
}
