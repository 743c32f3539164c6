/** Who was erased, and up to which place of its log: rows that come later and are older are erased as they come. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const erasures: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table erasures (
        kind text not null,
        id text not null collate "C",
        -- where the request stands
        partition integer not null,
        entry_ms bigint not null,
        entry_seq bigint not null,
        -- its event time: events of until then are about who was erased, whenever they come
        erased_at timestamptz not null,
        primary key (kind, id)
      )`.execute(db);
  },
};
