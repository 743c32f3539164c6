/** Who changed what, when, and what came of it; kept for good. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const audit: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table audit (
        id uuid primary key,
        at timestamptz not null,
        actor text not null,
        role text not null,
        action text not null,
        subject text not null,
        status integer not null,
        detail json not null
      )`.execute(db);
    await sql`create index audit_at on audit (at, id)`.execute(db);
  },
};
