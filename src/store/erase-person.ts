/** Erasure: what the history knows of a person goes, and what has to stay for counts no longer says whose it is. */

import { sql, type Transaction } from 'kysely';
import type { Database } from './database.ts';
import { eraseAnomalies, eraseDecisions } from './erase/decisions.ts';
import { affected, before, type Erasure, sooner } from './erase/erasure.ts';
import { eraseCampaignEvents, eraseEvents, eraseLateEvents } from './erase/events.ts';
import { eraseLetters } from './erase/letters.ts';
import { namesOf } from './erase/named.ts';
import { eraseReports } from './erase/reports.ts';
import type { Tables } from './tables.ts';

/** How many rows were deleted or changed; all 0 the second time. */
export interface Erased {
  readonly persons: number;
  readonly entities: number;
  readonly events: number;
  readonly campaign_events: number;
  readonly decisions: number;
  readonly anomalies: number;
  readonly dead_letters: number;
  readonly late_events: number;
  readonly reports: number;
}

/** Everything there is. Idempotent. */
export function erasePerson(database: Database, kind: string, id: string): Promise<Erased> {
  return database.ask('erasing a person', (db) =>
    db.transaction().execute((transaction) => eraseRows(transaction, { kind, id })),
  );
}

/** What `erasePerson` would do: it is done, counted, and undone. */
export async function tryErasing(database: Database, kind: string, id: string): Promise<Erased> {
  return database.ask('trying an erasure', async (db) => {
    const transaction = await db.startTransaction().execute();
    try {
      return await eraseRows(transaction, { kind, id });
    } finally {
      await transaction.rollback().execute();
    }
  });
}

/** No entity is written meanwhile: one read from Redis before the erasure would bring the person back. */
export async function eraseRows(db: Transaction<Tables>, erasure: Erasure): Promise<Erased> {
  await sql`select pg_advisory_xact_lock(hashtext('weir erasures'))`.execute(db);
  const names = await namesOf(db, erasure);
  const { kind, id } = erasure;
  const remove = (table: 'persons' | 'entity_ranks') =>
    affected(
      sql`delete from ${sql.id(table)} where kind = ${kind} and id = ${id}
        and not exists (select from entities e where e.kind = ${kind} and e.id = ${id})`.execute(db),
    );
  const entities = await affected(
    sql`delete from entities where kind = ${kind} and id = ${id} and ${sooner(erasure)}`.execute(db),
  );
  const decisions = await eraseDecisions(db, erasure);
  const erased = {
    persons: await remove('persons'),
    entities,
    events: await eraseEvents(db, erasure),
    campaign_events: await eraseCampaignEvents(db, erasure, names),
    decisions,
    anomalies: await eraseAnomalies(db, erasure),
    dead_letters: await eraseLetters(db, erasure, names),
    late_events: await eraseLateEvents(db, erasure),
    reports: await eraseReports(db, erasure),
  };
  await remove('entity_ranks');
  return erased;
}

/** What came to be written after the erasure and is from before it; the other tables are not written by streams. */
export async function eraseAgain(db: Transaction<Tables>, erasure: Erasure): Promise<void> {
  await eraseEvents(db, erasure);
  await eraseCampaignEvents(db, erasure, []);
  await eraseDecisions(db, erasure);
  await eraseAnomalies(db, erasure);
  await eraseLateEvents(db, erasure);
  const { kind, id } = erasure;
  await sql`
    update dead_letters set raw = null, problem = '[erased]', state = 'erased', kind = null, entity = null,
      event_id = null
    where kind = ${kind} and entity = ${id} and ${before(erasure, sql`partition`)}`.execute(db);
}
