/** Entities as they stand, what lists sort and filter them by, and the persons some of them are. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const entities: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table entities (
        kind text not null,
        id text not null collate "C",
        partition integer not null,
        -- features and results by name
        values jsonb not null,
        -- names picked and classes: segments:at_risk, conversion=likely_to_convert
        tags text[] not null,
        -- stream time the values are true for
        as_of timestamptz not null,
        -- how far the log was applied then
        entry_ms bigint not null,
        entry_seq bigint not null,
        -- Redis lost what this was made from: it is read again
        stale boolean not null default false,
        primary key (kind, id)
      )`.execute(db);
    await sql`create index entities_position on entities (partition, entry_ms, entry_seq)`.execute(db);
    await sql`create index entities_stale on entities (partition) where stale`.execute(db);
    await sql`
      create table entity_ranks (
        kind text not null,
        -- a result that is a number; empty: every entity once, with the value 0
        name text not null,
        value double precision not null,
        id text not null collate "C",
        tags text[] not null,
        primary key (kind, id, name)
      )`.execute(db);
    await sql`
      create index entity_ranks_order on entity_ranks (kind, name, value, id) include (tags)`.execute(db);
    await sql`
      create table persons (
        kind text not null,
        id text not null collate "C",
        email text,
        name text,
        -- other personal fields
        fields json not null,
        primary key (kind, id)
      )`.execute(db);
  },
};
