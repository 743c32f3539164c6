/** The first tables: decisions as the outboxes had them, and how far each outbox was taken. */

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const decisions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('sink_positions')
      .addColumn('partition', 'integer', (column) => column.primaryKey())
      // the id of the last entry taken from the outbox
      .addColumn('position', 'text', (column) => column.notNull())
      // how often Redis lost the end of this outbox after it had been taken
      .addColumn('losses', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .createTable('decisions')
      .addColumn('partition', 'integer', (column) => column.notNull())
      .addColumn('incarnation', 'integer', (column) => column.notNull())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      // 0: it stands; else the number of the loss that took it, since after a loss ids may be given again
      .addColumn('loss', 'integer', (column) => column.notNull().defaultTo(0))
      .addColumn('orphaned', 'boolean', (column) =>
        column.generatedAlwaysAs(sql`loss > 0`).stored().notNull(),
      )
      .addColumn('outbox_ms', 'bigint', (column) => column.notNull())
      .addColumn('outbox_seq', 'bigint', (column) => column.notNull())
      .addColumn('rule', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('mode', 'text', (column) => column.notNull())
      .addColumn('rules', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('entity', 'text', (column) => column.notNull())
      .addColumn('time', 'timestamptz', (column) => column.notNull())
      .addColumn('late', 'boolean', (column) => column.notNull())
      .addColumn('amends', 'text')
      .addColumn('error', 'text')
      // json and not jsonb: it keeps the text of the outbox to the letter, also what jsonb refuses (\u0000)
      .addColumn('decision', 'json', (column) => column.notNull())
      .addPrimaryKeyConstraint('decisions_id', ['partition', 'incarnation', 'seq', 'loss'])
      .execute();
    await db.schema
      .createIndex('decisions_outbox')
      .on('decisions')
      .columns(['partition', 'outbox_ms', 'outbox_seq'])
      .execute();
    await db.schema
      .createIndex('decisions_entity')
      .on('decisions')
      .columns(['kind', 'entity', 'outbox_ms', 'outbox_seq'])
      .execute();
  },
};
