/** Erasure: what the history knows of a person goes, and what names the person elsewhere is blackened. */

import { type Kysely, sql } from 'kysely';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** How many rows were deleted or changed; all 0 the second time. */
export interface Erased {
  readonly persons: number;
  readonly entities: number;
  readonly events: number;
  readonly dead_letters: number;
  readonly late_events: number;
}

const BLACKENED = '[erased]';

/** Idempotent. Ids stay: events and decisions are counted by them, and they name nobody. */
export function erasePerson(database: Database, kind: string, id: string): Promise<Erased> {
  return database.ask('erasing a person', (db) =>
    db.transaction().execute(async (transaction) => {
      const names = await namesOf(transaction, kind, id);
      const events = await blackenEvents(transaction, kind, id, names);
      const late = await blacken(
        transaction,
        'late_events',
        'data',
        sql`kind = ${kind} and entity = ${id}`,
        names,
      );
      const letters = await eraseLetters(transaction, kind, id, names);
      const [persons, entities] = [
        await remove(transaction, 'persons', kind, id),
        await remove(transaction, 'entities', kind, id),
      ];
      await remove(transaction, 'entity_ranks', kind, id);
      return { persons, entities, events, dead_letters: letters, late_events: late };
    }),
  );
}

/** Personal values long enough to be looked for in free text. */
async function namesOf(db: Kysely<Tables>, kind: string, id: string): Promise<string[]> {
  const person = await db
    .selectFrom('persons')
    .select(['email', 'name', 'fields'])
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!person) return [];
  const values = [person.email, person.name, ...Object.values(person.fields as Record<string, string>)];
  return values.filter((value): value is string => typeof value === 'string' && value.length >= 5);
}

async function blackenEvents(
  db: Kysely<Tables>,
  kind: string,
  id: string,
  names: readonly string[],
): Promise<number> {
  const ofThem = sql`kind = ${kind} and entity = ${id}`;
  const own = await blacken(db, 'events', 'data', ofThem, names);
  if (kind !== 'lead') return own;
  return own + (await blacken(db, 'campaign_events', 'metadata', sql`lead_id = ${id}`, names));
}

/** Whatever part of the JSON text names the person. */
async function blacken(
  db: Kysely<Tables>,
  table: 'events' | 'campaign_events' | 'late_events',
  column: string,
  where: ReturnType<typeof sql>,
  names: readonly string[],
): Promise<number> {
  if (names.length === 0) return 0;
  const pattern = names.map((name) => escaped(JSON.stringify(name).slice(1, -1))).join('|');
  const text = sql`${sql.id(column)}::text`;
  const { numAffectedRows } = await sql`
    update ${sql.id(table)} set ${sql.id(column)} = regexp_replace(${text}, ${pattern}, ${BLACKENED}, 'gi')::json
    where ${where} and ${text} ~* ${pattern}`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Bytes that were refused may hold anything: they go when they name the id as one of this kind, or the person. */
async function eraseLetters(
  db: Kysely<Tables>,
  kind: string,
  id: string,
  names: readonly string[],
): Promise<number> {
  const looked = [id, ...names].map((text) => Buffer.from(JSON.stringify(text).slice(1, -1)));
  const rows = await db
    .selectFrom('dead_letters')
    .select(['partition', 'dead_ms', 'dead_seq', 'loss', 'raw', 'kind', 'entity'])
    .where('raw', 'is not', null)
    .where(({ eb, or }) =>
      or(looked.map((bytes) => eb(sql<number>`position(${bytes}::bytea in raw)`, '>', 0))),
    )
    .execute();
  let erased = 0;
  for (const row of rows) {
    if (!isAbout(row, kind, id, names)) continue;
    await db
      .updateTable('dead_letters')
      .set({ raw: null, problem: BLACKENED, state: 'erased' })
      .where('partition', '=', row.partition)
      .where('dead_ms', '=', row.dead_ms)
      .where('dead_seq', '=', row.dead_seq)
      .where('loss', '=', row.loss)
      .execute();
    erased += 1;
  }
  return erased;
}

type Letter = Pick<Tables['dead_letters'], 'raw' | 'kind' | 'entity'>;

function isAbout({ raw, ...letter }: Letter, kind: string, id: string, names: readonly string[]): boolean {
  if (letter.kind === kind && letter.entity === id) return true;
  const text = (raw as Buffer).toString('utf8').toLowerCase();
  if (names.some((name) => text.includes(JSON.stringify(name).slice(1, -1).toLowerCase()))) return true;
  const named = new RegExp(`${escaped(kind)}_id"?\\W{1,4}${escaped(id.toLowerCase())}(?!\\w)`);
  return named.test(text);
}

async function remove(
  db: Kysely<Tables>,
  table: 'persons' | 'entities' | 'entity_ranks',
  kind: string,
  id: string,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from ${sql.id(table)} where kind = ${kind} and id = ${id}`.execute(db);
  return Number(numAffectedRows ?? 0);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
