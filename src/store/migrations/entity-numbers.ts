/** All numbers of an entity beside its tags, so that few entities are sorted without looking each of them up. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const entityNumbers: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    // by name, of the row without a name; no index holds them, so that a change of them alone touches none
    await sql`alter table entity_ranks add column numbers jsonb`.execute(db);
    await sql`
      update entity_ranks every set numbers = coalesce(
        (select jsonb_object_agg(r.name, r.value) from entity_ranks r
          where r.kind = every.kind and r.id = every.id and r.name <> ''), '{}')
      where every.name = ''`.execute(db);
  },
};
