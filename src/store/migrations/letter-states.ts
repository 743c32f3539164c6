/** What became of a dead letter: who sent it again or dropped it, when, and as which event. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const letterStates: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      alter table dead_letters
        add column state_at timestamptz,
        add column state_by text,
        -- the event it was sent again as
        add column sent_id text,
        add column sent_source text`.execute(db);
  },
};
