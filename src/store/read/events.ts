/** Events read from the history: what became of one, and those about an entity. */

import { type Kysely, sql } from 'kysely';
import type { DeadReason, Decision } from '../../core/decision.ts';
import type { EventTrace, KeptEvent } from '../../core/history/event-trace.ts';
import { type Page, type PageQuery, pageOf, readCursor } from '../../core/history/page.ts';
import { eventOf, type RecordedRow, recorded } from '../recorded-event.ts';
import type { Tables } from '../tables.ts';

const MOST = 200;

export async function readTrace(
  db: Kysely<Tables>,
  id: string,
  source: string | undefined,
): Promise<EventTrace | undefined> {
  const bySource = source === undefined ? sql`true` : sql`source = ${source}`;
  const { rows } = await sql<RecordedRow>`
    select * from (${recorded(sql`event_id = ${id} and ${bySource}`)}) found
    order by orphaned, entry_ms, entry_seq, item limit ${MOST}`.execute(db);
  const [dead, late, decisions] = await Promise.all([
    readDead(db, id, rows),
    readLate(db, id, source),
    db
      .selectFrom('decisions')
      .select('decision')
      .where('cause', '=', id)
      .where('loss', '=', 0)
      .orderBy('outbox_ms')
      .orderBy('outbox_seq')
      .limit(MOST)
      .execute(),
  ]);
  if (rows.length + dead.length + late.length === 0) return undefined;
  const standing = rows.some((row) => !row.orphaned && !row.repeated);
  return {
    status: late.length > 0 ? 'late' : standing ? 'processed' : dead.length > 0 ? 'dead' : statusOf(rows),
    events: rows.map(eventOf),
    dead,
    late: late.map((row) => ({ time: row.time.getTime(), streamTime: row.stream_time.getTime() })),
    decisions: decisions.map((row) => row.decision as Decision),
  };
}

/** Copies alone stand where the first of them was trimmed away with its month. */
function statusOf(rows: readonly RecordedRow[]): 'processed' | 'orphaned' {
  return rows.every((row) => row.orphaned) ? 'orphaned' : 'processed';
}

/** Letters that tell the id, and letters about one of the places where the event stood. */
async function readDead(db: Kysely<Tables>, id: string, events: readonly RecordedRow[]) {
  const rows = await db
    .selectFrom('dead_letters')
    .select(['partition', 'dead_ms', 'dead_seq', 'reason', 'problem'])
    .where('loss', '=', 0)
    .where(({ eb, or, and }) =>
      or([
        eb('event_id', '=', id),
        ...events
          .filter((row) => row.repeated)
          .map((row) =>
            and({
              partition: row.partition,
              entry_ms: row.entry_ms,
              entry_seq: row.entry_seq,
              item: row.item,
            }),
          ),
      ]),
    )
    .orderBy('dead_ms')
    .limit(MOST)
    .execute();
  return rows.map((row) => ({
    id: `${row.partition}:${row.dead_ms}-${row.dead_seq}`,
    reason: row.reason as DeadReason,
    problem: row.problem,
  }));
}

function readLate(db: Kysely<Tables>, id: string, source: string | undefined) {
  return db
    .selectFrom('late_events')
    .select(['time', 'stream_time'])
    .where('event_id', '=', id)
    .$if(source !== undefined, (query) => query.where('source', '=', source as string))
    .where('loss', '=', 0)
    .limit(MOST)
    .execute();
}

export async function readEventsOf(
  db: Kysely<Tables>,
  kind: string,
  entity: string,
  { after, limit }: PageQuery,
): Promise<Page<KeptEvent>> {
  const cursor =
    after === undefined ? undefined : readCursor(after, ['number', 'number', 'number', 'number']);
  const [time, ms, seq, item] = (cursor ?? [0, 0, 0, 0]) as [number, number, number, number];
  const before = cursor
    ? sql`(time, entry_ms, entry_seq, item) < (${new Date(time)}, ${ms}, ${seq}, ${item})`
    : sql`true`;
  const subject =
    kind === 'lead' ? sql`lead_id = ${entity}` : sql`${kind} = 'campaign' and campaign_id = ${entity}`;
  const { rows } = await sql<RecordedRow>`
    select * from (${recorded(sql`kind = ${kind} and entity = ${entity}`, subject)}) found
    where loss = 0 and not repeated and ${before}
    order by time desc, entry_ms desc, entry_seq desc, item desc
    limit ${limit + 1}`.execute(db);
  return pageOf(rows, limit, eventOf, (row) => [row.time.getTime(), row.entry_ms, row.entry_seq, row.item]);
}
