/** A place for each stream of a partition instead of one for its outbox alone. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const streamPositions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table stream_positions (
        -- in, out, dead, late, or entities: what was read, by the name of its key in Redis
        stream text not null,
        partition integer not null,
        -- the id of the last entry taken
        position text not null,
        -- how often Redis lost the end of the stream after it had been taken
        losses integer not null default 0,
        -- of the stream "in": the rule set in force at the position
        rules text,
        primary key (stream, partition)
      )`.execute(db);
    await sql`
      insert into stream_positions (stream, partition, position, losses)
      select 'out', partition, position, losses from sink_positions`.execute(db);
    // a version that still writes there must fail, not go on beside this one
    await sql`drop table sink_positions`.execute(db);
  },
};
