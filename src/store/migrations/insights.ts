/** Insights: what actions were said to bring, one row each, and what came of it; made from the decisions that say so. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const insights: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table insights (
        -- the decision that proposed the action
        partition integer not null,
        incarnation integer not null,
        seq bigint not null,
        rule text not null,
        kind text not null,
        entity text not null,
        campaign text,
        type text not null,
        -- of the action; null where its decisions are not known
        status text,
        stated_at timestamptz not null,
        statement json not null,
        -- percent, out of the statement
        stated double precision not null,
        low double precision,
        high double precision,
        confidence double precision,
        -- null until its time is over
        realised_at timestamptz,
        realised double precision,
        -- how likely it came out above 0, and within low and high: 0..1
        realised_chance double precision,
        realised_within double precision,
        realised_because text,
        applied boolean,
        primary key (partition, incarnation, seq)
      )`.execute(db);
    await sql`create index insights_stated on insights (stated_at, partition, incarnation, seq)`.execute(db);
    await sql`create index insights_campaign on insights (campaign, stated_at)`.execute(db);
    await sql`create index insights_type on insights (type, stated_at)`.execute(db);
  },
};
