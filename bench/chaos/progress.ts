/** How far the instances are: whether everything that was written has been routed and committed. */

import { setTimeout as sleep } from 'node:timers/promises';
import { compareEntryIds } from '../../src/core/entry.ts';
import { WeirError } from '../../src/core/errors.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import type { Millis } from '../../src/core/units.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import type { RedisConnection } from '../../src/processor/redis-connection.ts';
import { PARTITIONS } from './deployment.ts';
import { lastId } from './stream-entries.ts';

const LOOK_AGAIN: Millis = 50;

/**
 * Waits until all that stands in the streams now is committed; more may be written meanwhile.
 * @returns false when it took longer than `within`
 */
export async function untilApplied(connection: RedisConnection, within: Millis): Promise<boolean> {
  const deadline = performance.now() + within;
  const published = await patiently(() => lastId(connection, PUBLIC_STREAM), deadline);
  const routed = () => stored(connection, 0, 'intake');
  if (published === undefined || !(await reached(routed, published, deadline))) return false;
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { in: log } = partitionKeys(partition, PARTITIONS);
    const last = await patiently(() => lastId(connection, log), deadline);
    const applied = () => stored(connection, partition, 'entry');
    if (last === undefined || !(await reached(applied, last, deadline))) return false;
  }
  return true;
}

async function stored(connection: RedisConnection, partition: number, field: string): Promise<string> {
  const { position } = partitionKeys(partition, PARTITIONS);
  return (await connection.ask('reading a position', (redis) => redis.hget(position, field))) ?? '0-0';
}

async function reached(position: () => Promise<string>, id: string, deadline: Millis): Promise<boolean> {
  for (;;) {
    const found = await patiently(position, deadline);
    if (found === undefined) return false;
    if (compareEntryIds(found, id) >= 0) return true;
    if (performance.now() > deadline) return false;
    await sleep(LOOK_AGAIN);
  }
}

/** Asks again while Redis is away; undefined when the time is over. */
async function patiently<Answer>(ask: () => Promise<Answer>, deadline: Millis): Promise<Answer | undefined> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      if (performance.now() > deadline) return undefined;
      await sleep(LOOK_AGAIN);
    }
  }
}
