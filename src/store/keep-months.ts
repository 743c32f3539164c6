/** Housekeeping of the tables that are kept by month: months are made ahead, and dropped when their time is over. */

import { type Kysely, sql } from 'kysely';
import { DAY, type Millis, SECOND } from '../core/units.ts';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

const BY_MONTH = [
  { table: 'events', time: 'time' },
  { table: 'campaign_events', time: 'timestamp' },
] as const;

/** Months that are there before their first day; the one before the current is for what comes late. */
const BEHIND = 1;
const AHEAD = 2;

/** Reports are kept for every hour this long, after that for every day. */
const HOURLY_REPORTS: Millis = 35 * DAY;

export interface Housekeeping {
  /** Stands for today. */
  readonly now: Millis;
  /** Events are kept this long, by their time; undefined: for good. */
  readonly keep: Millis | undefined;
  /** The bytes of dead letters are kept this long. */
  readonly keepBytes: Millis;
}

export interface Housekept {
  readonly made: readonly string[];
  readonly dropped: readonly string[];
  /** Rows without a month of their own that were deleted, and letters whose bytes were forgotten. */
  readonly deleted: number;
  readonly forgotten: number;
}

export function keepHouse(database: Database, { now, keep, keepBytes }: Housekeeping): Promise<Housekept> {
  return database.askAs('migrate', 'keeping the months of the history', async (db) => {
    const made: string[] = [];
    const dropped: string[] = [];
    let deleted = 0;
    for (const { table, time } of BY_MONTH) {
      for (let offset = -BEHIND; offset <= AHEAD; offset++)
        if (await makeMonth(db, table, time, monthStart(now, offset)))
          made.push(monthName(table, monthStart(now, offset)));
      if (keep === undefined) continue;
      dropped.push(...(await dropMonths(db, table, now - keep)));
      deleted += await deleteBefore(db, `${table}_default`, time, now - keep);
    }
    if (keep !== undefined) {
      deleted += await deleteBefore(db, 'late_events', 'time', now - keep);
      deleted += await deleteLetters(db, now - keep);
      deleted += await thinReports(db, now - HOURLY_REPORTS);
    }
    return { made, dropped, deleted, forgotten: await forgetBytes(db, now - keepBytes) };
  });
}

/** The first moment of a month, UTC. */
function monthStart(now: Millis, offset: number): Millis {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1);
}

/** `events_2026_11` */
function monthName(table: string, start: Millis): string {
  const [year, month] = new Date(start).toISOString().split('-');
  return `${table}_${year}_${month}`;
}

/** Rows of the month that came before it was there move in from the default partition. */
async function makeMonth(
  db: Kysely<Tables>,
  table: (typeof BY_MONTH)[number]['table'],
  time: string,
  start: Millis,
): Promise<boolean> {
  const name = monthName(table, start);
  if (await exists(db, name)) return false;
  const [from, to] = [iso(start), iso(monthStart(start, 1))];
  const others = sql.id(`${table}_default`);
  return db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtext(${name}))`.execute(transaction);
    if (await exists(transaction, name)) return false;
    // whoever writes meanwhile waits for a moment, rather than missing the month
    await sql`set local lock_timeout = ${sql.lit(10 * SECOND)}`.execute(transaction);
    await sql`lock table ${sql.id(table)} in exclusive mode`.execute(transaction);
    await sql`create table ${sql.id(name)} (like ${sql.id(table)} including defaults including generated)`.execute(
      transaction,
    );
    const { rows } = await sql<{ name: string }>`
      select attname as name from pg_attribute
      where attrelid = ${name}::regclass and attnum > 0 and attgenerated = ''`.execute(transaction);
    const columns = sql.join(rows.map((column) => sql.id(column.name)));
    const inMonth = sql`${sql.id(time)} >= ${sql.lit(from)} and ${sql.id(time)} < ${sql.lit(to)}`;
    await sql`insert into ${sql.id(name)} (${columns}) select ${columns} from ${others} where ${inMonth}`.execute(
      transaction,
    );
    await sql`delete from ${others} where ${inMonth}`.execute(transaction);
    await sql`
      alter table ${sql.id(table)} attach partition ${sql.id(name)}
      for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(transaction);
    return true;
  });
}

async function exists(db: Kysely<Tables>, name: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select to_regclass(${name}) is not null as found`.execute(
    db,
  );
  return rows[0]?.found === true;
}

/** Months that ended before `before`. */
async function dropMonths(db: Kysely<Tables>, table: string, before: Millis): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select child.relname as name
    from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent = ${table}::regclass`.execute(db);
  const dropped: string[] = [];
  for (const { name } of rows) {
    const [, year, month] = /_(\d{4})_(\d{2})$/.exec(name) ?? [];
    if (year === undefined || Date.UTC(Number(year), Number(month), 1) > before) continue;
    await sql`drop table ${sql.id(name)}`.execute(db);
    dropped.push(name);
  }
  return dropped;
}

async function deleteBefore(
  db: Kysely<Tables>,
  table: string,
  column: string,
  before: Millis,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from ${sql.id(table)} where ${sql.id(column)} < ${new Date(before)}`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Of each old day only the report of its first hour (UTC) stays. */
async function thinReports(db: Kysely<Tables>, before: Millis): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from report_snapshots
    where at < ${new Date(before)} and at <> date_trunc('day', at at time zone 'UTC') at time zone 'UTC'`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

async function deleteLetters(db: Kysely<Tables>, before: Millis): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('dead_letters')
    .where('dead_ms', '<', before)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Bytes of dead letters from before. */
export function forgetLetters(database: Database, before: Millis): Promise<number> {
  return database.askAs('migrate', 'forgetting dead letters', (db) => forgetBytes(db, before));
}

/** The bytes may hold personal data, and so may the sentence that quotes them. */
async function forgetBytes(db: Kysely<Tables>, before: Millis): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('dead_letters')
    .set({ raw: null, problem: 'no longer kept' })
    .where('dead_ms', '<', before)
    .where('raw', 'is not', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

function iso(time: Millis): string {
  return new Date(time).toISOString();
}
