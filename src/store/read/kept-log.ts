/** The logs read from the history: every partition by pages, put together in the order of their entries. */

import { type Kysely, sql } from 'kysely';
import { compareKept, type KeptLog, type KeptLogEntry } from '../../core/history/kept-log.ts';
import type { Millis } from '../../core/units.ts';
import type { Database } from '../database.ts';
import type { Tables } from '../tables.ts';
import { CAMPAIGN_PREFIX } from '../write/events.ts';

const ROWS_PER_PAGE = 2_000;
/** Fewer than there are connections: a question that waits long for one is given up. */
const PAGES_AT_ONCE = 2;

export async function openKeptLog(database: Database): Promise<KeptLog> {
  const { from, to, ends, partitions } = await database.read('looking at the history', readSpan);
  const span = partitions.length === 0 ? undefined : { from, to, ends };
  const entries = (types: ReadonlySet<string>) => {
    const turns = Array.from({ length: PAGES_AT_ONCE }, () => Promise.resolve());
    let asked = 0;
    const page = (partition: number, after: Reached) => {
      const turn = asked++ % PAGES_AT_ONCE;
      const read = () =>
        database.read('reading a log', (db) => readPage(db, partition, after, to, [...types]));
      const coming = (turns[turn] as Promise<void>).then(read);
      turns[turn] = coming.then(
        () => undefined,
        () => undefined,
      );
      return coming;
    };
    return merged(partitions.map((partition) => new PagedLog(partition, page)));
  };
  return { span, entries };
}

interface Span {
  readonly from: Millis;
  readonly to: Millis;
  readonly ends: Millis;
  readonly partitions: readonly number[];
}

/** Of each table and partition only its first and last entry is looked at. */
async function readSpan(db: Kysely<Tables>): Promise<Span> {
  const { rows } = await sql<{ partition: number; least: number; most: number; ends: Date }>`
    select p.partition, f.entry_ms as least, l.entry_ms as most, l.time as ends
    from stream_positions p, lateral (
      (select entry_ms from events e where e.partition = p.partition order by entry_ms limit 1)
      union all
      (select entry_ms from campaign_events e where e.partition = p.partition order by entry_ms limit 1)) f,
    lateral (
      (select entry_ms, time from events e where e.partition = p.partition order by entry_ms desc limit 1)
      union all
      (select entry_ms, timestamp from campaign_events e where e.partition = p.partition
        order by entry_ms desc limit 1)) l
    where p.stream = 'in'`.execute(db);
  return {
    from: Math.min(...rows.map(({ least }) => least)),
    to: Math.max(...rows.map(({ most }) => most)),
    ends: Math.max(...rows.map(({ ends }) => ends.getTime())),
    partitions: [...new Set(rows.map(({ partition }) => partition))].sort((a, b) => a - b),
  };
}

interface Reached {
  readonly ms: number;
  readonly seq: number;
  readonly item: number;
}

type Page = (partition: number, after: Reached) => Promise<KeptLogEntry[]>;

type Row = [
  ms: number,
  seq: number,
  item: number,
  time: Millis,
  type: string,
  source: string,
  id: string | null,
  data: Record<string, unknown> | null,
  columns: Record<string, unknown> | null,
];

/** One text for the whole page: the driver takes that apart far sooner than rows of many columns. */
async function readPage(
  db: Kysely<Tables>,
  partition: number,
  after: Reached,
  to: Millis,
  types: readonly string[],
): Promise<KeptLogEntry[]> {
  const campaignTypes = types.flatMap((type) =>
    type.startsWith(CAMPAIGN_PREFIX) ? [type.slice(CAMPAIGN_PREFIX.length)] : [],
  );
  const these = sql`partition = ${partition} and loss = 0 and not repeated and entry_ms <= ${to}
    and (entry_ms, entry_seq, item) > (${after.ms}, ${after.seq}, ${after.item})
    order by entry_ms, entry_seq, item limit ${ROWS_PER_PAGE}`;
  const { rows } = await sql<{ page: Row[] }>`
    select coalesce(json_agg(json_build_array(entry_ms, entry_seq, item,
      (extract(epoch from time) * 1000)::bigint, type, source, event_id, data, columns)
      order by entry_ms, entry_seq, item), '[]') as page
    from (
      select * from (
        (select entry_ms, entry_seq, item, time, type, source, event_id,
          case when event_id is null or type = any(${types}::text[]) then data end as data, null::json as columns
        from events where ${these})
        union all
        (select entry_ms, entry_seq, item, timestamp, 'campaign.' || event_type, source, event_id,
          case when event_type = any(${campaignTypes}::text[]) then metadata end,
          case when event_type = any(${campaignTypes}::text[]) then json_build_object('campaign_id', campaign_id, 'channel', channel, 'location', location,
            'user_agent', user_agent, 'cost', cost, 'lead_id', lead_id) end
        from campaign_events where ${these})) both_tables
      order by entry_ms, entry_seq, item limit ${ROWS_PER_PAGE}) page`.execute(db);
  return (rows[0]?.page ?? []).map(([ms, seq, item, time, type, source, id, data, columns]) => ({
    partition,
    ms,
    seq,
    item,
    time,
    type,
    source,
    id,
    data: data === null ? undefined : columns === null ? data : withColumns(columns, data),
  }));
}

/** A field that the event had as null is in the metadata; a column that is null was not there. */
function withColumns(
  columns: Record<string, unknown>,
  metadata: Record<string, unknown>,
): Record<string, unknown> {
  for (const name in columns) if (columns[name] === null) delete columns[name];
  return Object.assign(columns, metadata);
}

/** One partition: the page that is being read, and the next one on its way. */
class PagedLog {
  page: readonly KeptLogEntry[] = [];
  at = 0;
  private readonly partition: number;
  private readonly read: Page;
  private coming: Promise<KeptLogEntry[]>;
  private over = false;

  constructor(partition: number, read: Page) {
    this.partition = partition;
    this.read = read;
    this.coming = this.ask({ ms: 0, seq: 0, item: -1 });
  }

  get head(): KeptLogEntry | undefined {
    return this.page[this.at];
  }

  get isOver(): boolean {
    return this.over && this.at >= this.page.length;
  }

  async turn(): Promise<void> {
    this.page = await this.coming;
    this.at = 0;
    const last = this.page.at(-1);
    if (last === undefined || this.page.length < ROWS_PER_PAGE) this.over = true;
    else this.coming = this.ask(last);
  }

  private ask(after: Reached): Promise<KeptLogEntry[]> {
    const asked = this.read(this.partition, after);
    // heard of by whoever turns the page
    asked.catch(() => undefined);
    return asked;
  }
}

async function* merged(logs: readonly PagedLog[]): AsyncGenerator<readonly KeptLogEntry[]> {
  let open = [...logs];
  while (open.length > 0) {
    await Promise.all(open.map((log) => (log.head === undefined ? log.turn() : undefined)));
    open = open.filter((log) => log.head !== undefined);
    const entries = takeInOrder(open);
    if (entries.length > 0) yield entries;
    open = open.filter((log) => !log.isOver);
  }
}

/** As far as nothing is missing: until one page is at its end. */
function takeInOrder(logs: readonly PagedLog[]): KeptLogEntry[] {
  const taken: KeptLogEntry[] = [];
  for (;;) {
    let first: PagedLog | undefined;
    for (const log of logs) {
      if (log.head === undefined) {
        if (log.isOver) continue;
        return taken;
      }
      if (first?.head === undefined || compareKept(log.head, first.head) < 0) first = log;
    }
    if (first === undefined) return taken;
    taken.push(first.head as KeptLogEntry);
    first.at += 1;
  }
}
