/** Anomalies: each time a picked line with a severity came, one row from its opening to its end. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const anomalies: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table anomalies (
        -- the decision that opened it
        partition integer not null,
        incarnation integer not null,
        seq bigint not null,
        name text not null,
        rule text not null,
        kind text not null,
        entity text not null,
        severity text not null,
        -- the line as last told: message, recommendation and what else it has
        line json not null,
        opened_at timestamptz not null,
        updated_at timestamptz not null,
        resolved_at timestamptz,
        -- the last decision about it
        decision text not null,
        primary key (partition, incarnation, seq, name)
      )`.execute(db);
    await sql`create index anomalies_opened on anomalies (opened_at, partition, incarnation, seq, name)`.execute(
      db,
    );
    await sql`
      create index anomalies_open on anomalies (rule, kind, entity, name) where resolved_at is null`.execute(
      db,
    );
    await sql`
      create index anomalies_entity on anomalies (entity, kind, rule, opened_at)`.execute(db);
  },
};
