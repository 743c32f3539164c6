/** The events of both tables in the order of their own times, read hour by hour. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { WeirError } from '../../core/errors.ts';
import type { PastCut, PastEvent, PastEvents } from '../../core/history/past-events.ts';
import { DAY, HOUR, type Millis, SECOND } from '../../core/units.ts';
import type { Database, Handle } from '../database.ts';
import type { Tables } from '../tables.ts';

const ROWS_PER_PAGE = 2_000;
/** Where nothing happened steps grow to this. */
const WIDEST: Millis = 32 * DAY;

/** Half a minute in all. */
const TRIES = 10;
const LONGEST_WAIT: Millis = 5 * SECOND;

/** Asks again while Postgres is away or has no time: half an import is of no use to anybody. */
async function patiently<T>(
  database: Database,
  handle: Handle,
  doing: string,
  query: (db: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await database.askAs(handle, doing, query);
    } catch (error) {
      if (!(error instanceof WeirError) || error.code !== 'history_away' || tried >= TRIES) throw error;
      await sleep(Math.min(LONGEST_WAIT, 200 * 2 ** tried));
    }
  }
}

/** What stands in a history now. */
export function cutNow(database: Database, now: Millis): Promise<PastCut> {
  return patiently(database, 'read', 'looking at the history', async (db) => {
    const { rows } = await sql<{ partition: number; losses: number }>`
      select partition, losses from stream_positions where stream = 'in'`.execute(db);
    return {
      before: now,
      losses: Object.fromEntries(rows.map(({ partition, losses }) => [String(partition), losses])),
    };
  });
}

/** @param since events of before are left out, but for what campaigns were set up to be */
export async function openPastEvents(
  database: Database,
  cut: PastCut,
  since: Millis = 0,
): Promise<PastEvents> {
  // over all of both tables, so that it may take longer than a page
  const span = await patiently(database, 'migrate', 'looking at the history', (db) =>
    readSpan(db, cut, since),
  );
  const wanted = { cut, since };
  return {
    span,
    events: (from) => (span === undefined ? nothing() : pages(database, wanted, from, span.to)),
  };
}

interface Wanted {
  readonly cut: PastCut;
  readonly since: Millis;
}

/** By table: its time, and which of its rows are wanted whatever their time, since what came later rests on them. */
const TABLES = {
  events: { time: 'time', always: sql`type = 'action.applied'`, own: sql`event_id is not null` },
  campaign_events: {
    time: 'timestamp',
    always: sql`event_type in ('created', 'updated')`,
    own: sql`true`,
  },
} as const;

async function* nothing(): AsyncGenerator<readonly PastEvent[]> {}

async function readSpan(db: Kysely<Tables>, cut: PastCut, since: Millis): Promise<PastEvents['span']> {
  const rowsOf = (table: keyof typeof TABLES) => {
    const time = sql.ref(TABLES[table].time);
    return sql`select min(${time}) as least, max(${time}) as most from ${sql.table(table)}
      where ${wantedOf(table, { cut, since })}`;
  };
  const { rows } = await sql<{ least: Date | null; most: Date | null }>`
    select min(least) as least, max(most) as most
    from (${rowsOf('events')} union all ${rowsOf('campaign_events')}) both_tables`.execute(db);
  const { least, most } = rows[0] ?? {};
  return least && most ? { from: least.getTime(), to: most.getTime() } : undefined;
}

interface Place {
  readonly time: Millis;
  readonly partition: number;
  readonly ms: number;
  readonly seq: number;
  readonly item: number;
}

async function* pages(
  database: Database,
  wanted: Wanted,
  from: Millis,
  to: Millis,
): AsyncGenerator<readonly PastEvent[]> {
  let width: Millis = HOUR;
  for (let begin = from; begin <= to; ) {
    const end = begin + width;
    let after: Place = { time: begin, partition: -1, ms: 0, seq: 0, item: 0 };
    let found = 0;
    for (;;) {
      const place = after;
      const rows = await patiently(database, 'read', 'reading the past', (db) =>
        readPage(db, wanted, place, end),
      );
      if (rows.length > 0) yield rows.map(({ event }) => event);
      found += rows.length;
      if (rows.length < ROWS_PER_PAGE) break;
      after = (rows.at(-1) as Row).place;
    }
    begin = end;
    width = found === 0 ? Math.min(2 * width, WIDEST) : HOUR;
  }
}

interface Row {
  readonly place: Place;
  readonly event: PastEvent;
}

type Columns = [
  time: Millis,
  partition: number,
  ms: number,
  seq: number,
  item: number,
  type: string,
  source: string,
  id: string,
  data: Record<string, unknown>,
  columns: Record<string, unknown> | null,
  asked: PastEvent['asked'] | null,
];

async function readPage(db: Kysely<Tables>, wanted: Wanted, after: Place, end: Millis): Promise<Row[]> {
  const { time, partition, ms, seq, item } = after;
  const these = (table: keyof typeof TABLES) => {
    const own = sql.ref(TABLES[table].time);
    return sql`where ${wantedOf(table, wanted)}
      and ${own} >= ${new Date(time)} and ${own} < ${new Date(end)}
      and (${own}, partition, entry_ms, entry_seq, item)
        > (${new Date(time)}, ${partition}, ${ms}, ${seq}, ${item})
      order by ${own}, partition, entry_ms, entry_seq, item limit ${ROWS_PER_PAGE}`;
  };
  const { rows } = await sql<{ page: Columns[] }>`
    select coalesce(json_agg(json_build_array((extract(epoch from time) * 1000)::bigint, partition, entry_ms,
      entry_seq, item, type, source, event_id, data, columns, asked)
      order by time, partition, entry_ms, entry_seq, item), '[]') as page
    from (
      select * from (
        (select time, partition, entry_ms, entry_seq, item, type, source, event_id, data, null::json as columns,
          case when type = 'action.applied' then ${askedFor(wanted.cut)} end as asked
        from events e ${these('events')})
        union all
        (select timestamp, partition, entry_ms, entry_seq, item, 'campaign.' || event_type, source, event_id,
          metadata, json_build_object('campaign_id', campaign_id, 'channel', channel, 'location', location,
            'user_agent', user_agent, 'cost', cost, 'lead_id', lead_id), null::json
        from campaign_events ${these('campaign_events')})) both_tables
      order by time, partition, entry_ms, entry_seq, item limit ${ROWS_PER_PAGE}) page`.execute(db);
  return (rows[0]?.page ?? []).map(rowOf);
}

function wantedOf(table: keyof typeof TABLES, { cut, since }: Wanted) {
  const { time, always, own } = TABLES[table];
  return sql`${own} and ${standing(cut)} and (${sql.ref(time)} >= ${new Date(since)} or ${always})`;
}

/** Not a copy, there before the cut, and not lost by then. */
function standing({ before, losses }: PastCut) {
  return sql`not repeated and entry_ms < ${before} and (loss = 0
    or loss > coalesce((${JSON.stringify(losses)}::jsonb ->> partition::text)::int, 2147483647))`;
}

/** What the decision that proposed an action said of it: its id is the action's. Nothing of a report that was refused. */
function askedFor(cut: PastCut) {
  return sql`(
    select json_build_object('campaign', d.decision -> 'act' -> 'keys' ->> 'campaign_id',
      'budgets', coalesce(d.decision -> 'act' -> 'budgets', '[]'::json))
    from decisions d
    where data ->> 'action_id' ~ '^[0-9]{1,9}-[0-9]{1,9}-[0-9]{1,15}$'
      and d.partition = split_part(data ->> 'action_id', '-', 1)::int
      and d.incarnation = split_part(data ->> 'action_id', '-', 2)::int
      and d.seq = split_part(data ->> 'action_id', '-', 3)::bigint
      and d.outbox_ms < ${cut.before}
      and not exists (
        select from dead_letters l
        where l.partition = e.partition and l.entry_ms = e.entry_ms and l.entry_seq = e.entry_seq and l.item = e.item)
    order by d.outbox_ms desc limit 1)`;
}

function rowOf([time, partition, ms, seq, item, type, source, id, data, columns, asked]: Columns): Row {
  const place = { time, partition, ms, seq, item };
  // a column that is null was not there; a field that the event had as null is in the metadata
  const own = Object.entries(columns ?? {}).filter(([, value]) => value !== null);
  const fields = { ...Object.fromEntries(own), ...data };
  return {
    place,
    event: { id, source, type, time, data: fields, ...(asked?.campaign && { asked }) },
  };
}
