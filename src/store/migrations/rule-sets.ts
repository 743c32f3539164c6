/** Rule sets by hash, as long as decisions name them, and reports as they were at certain times. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const ruleSets: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table rule_sets (
        hash text primary key,
        -- [{path, text}] in canonical order
        files json not null,
        stored_at timestamptz not null default now()
      )`.execute(db);
    await sql`
      create table report_snapshots (
        name text not null,
        at timestamptz not null,
        document json not null,
        primary key (name, at)
      )`.execute(db);
  },
};
