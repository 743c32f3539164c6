/** The few entries that changed the rules are found by themselves among all the others. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const ruleChanges: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create index events_rule_changes on events (partition, entry_ms, entry_seq)
      where event_id is null and type = 'rules.activated'`.execute(db);
  },
};
