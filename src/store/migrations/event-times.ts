/** Events by their own time: rows come nearly in that order, so an index of a few pages finds a span of it. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const eventTimes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create index events_time on events using brin (time)`.execute(db);
    await sql`create index campaign_events_time on campaign_events using brin (timestamp)`.execute(db);
  },
};
