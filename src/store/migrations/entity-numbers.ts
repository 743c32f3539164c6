/** All numbers of an entity beside its tags, to sort few without looking each of them up; and what decided its results. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const entityNumbers: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    // by name, of the row without a name; no index holds them, so that a change of them alone touches none
    await sql`alter table entity_ranks add column numbers jsonb`.execute(db);
    // by rule: decision_id, decided_at and version
    await sql`alter table entities add column decisions json not null default '{}'`.execute(db);
    // all are taken again, as if none had been
    await sql`delete from stream_positions where stream = 'entities'`.execute(db);
    await sql`
      update entity_ranks every set numbers = coalesce(
        (select jsonb_object_agg(r.name, r.value) from entity_ranks r
          where r.kind = every.kind and r.id = every.id and r.name <> ''), '{}')
      where every.name = ''`.execute(db);
  },
};
