/** What stands in the tables of the history, held against the streams it comes from. */

import type { Redis } from 'ioredis';
import { sql } from 'kysely';
import { partitionKeys } from '../../src/core/partition.ts';
import type { Database } from '../../src/store/database.ts';
import { PARTITIONS } from '../flow/keys.ts';

export interface RowCounts {
  readonly events: number;
  /** Different ids among the events that count. */
  readonly ids: number;
  readonly decisions: number;
  readonly orphaned: number;
  /** Of Redis: decisions in the outboxes, nothing of which was trimmed. */
  readonly outboxes: number;
}

export async function countRows(database: Database, redis: Redis): Promise<RowCounts> {
  const counts = await database.read('counting rows', async (db) => {
    const { rows } = await sql<Omit<RowCounts, 'outboxes'>>`
      select
        (select count(*) from events where event_id is not null and loss = 0) as events,
        (select count(distinct event_id) from events where loss = 0 and not repeated) as ids,
        (select count(*) from decisions where loss = 0) as decisions,
        (select count(*) from events where loss > 0) + (select count(*) from decisions where loss > 0) as orphaned`.execute(
      db,
    );
    return rows[0] as Omit<RowCounts, 'outboxes'>;
  });
  let outboxes = 0;
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { out } = partitionKeys(partition, PARTITIONS);
    for (let after = '-'; ; ) {
      const entries = await redis.xrange(out, after, '+', 'COUNT', 10_000);
      outboxes += entries.filter(([, fields]) => fields[0] === 'd').length;
      if (entries.length < 10_000) break;
      after = `(${entries.at(-1)?.[0]}`;
    }
  }
  return { ...counts, outboxes };
}
