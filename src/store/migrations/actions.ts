/** Actions: one row each, from its proposal to what came of it, made from the decisions about it. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const actions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table actions (
        -- the decision that proposed it
        partition integer not null,
        incarnation integer not null,
        seq bigint not null,
        rule text not null,
        version integer not null,
        kind text not null,
        entity text not null,
        campaign text,
        status text not null,
        requested_at timestamptz not null,
        updated_at timestamptz not null,
        -- as the last decision about it told it
        value json not null,
        act json not null,
        -- every decision about it, refusals too
        history json not null,
        primary key (partition, incarnation, seq)
      )`.execute(db);
    await sql`create index actions_requested on actions (requested_at, partition, incarnation, seq)`.execute(
      db,
    );
    await sql`create index actions_status on actions (status, requested_at)`.execute(db);
    await sql`create index actions_campaign on actions (campaign, requested_at)`.execute(db);
  },
};
