/** Rare tags are found by themselves, so that a list of few entities does not walk past all others. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const entityTags: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    // fastupdate would leave a list of late additions that every search reads through
    await sql`
      create index entity_ranks_tags on entity_ranks using gin (tags) with (fastupdate = off)
      where name = ''`.execute(db);
  },
};
