/** Changes of a campaign's budgets, read from the events that made them. */

import { type Kysely, sql } from 'kysely';
import type { BudgetQuery } from '../../core/history/budget-query.ts';
import type { KeptEvent } from '../../core/history/event-trace.ts';
import { type Page, pageOf, readCursor } from '../../core/history/page.ts';
import { eventOf, type RecordedRow, recorded } from '../recorded-event.ts';
import type { Tables } from '../tables.ts';

export async function readBudgetChanges(
  db: Kysely<Tables>,
  campaign: string,
  { from, to, after, limit }: BudgetQuery,
): Promise<Page<KeptEvent>> {
  const cursor =
    after === undefined ? undefined : readCursor(after, ['number', 'number', 'number', 'number']);
  const [time, ms, seq, item] = (cursor ?? [0, 0, 0, 0]) as [number, number, number, number];
  const before = cursor
    ? sql`(time, entry_ms, entry_seq, item) < (${new Date(time)}, ${ms}, ${seq}, ${item})`
    : sql`true`;
  const since = from === undefined ? sql`true` : sql`time >= ${new Date(from)}`;
  const until = to === undefined ? sql`true` : sql`time < ${new Date(to)}`;
  const applied = sql`kind = 'campaign' and entity = ${campaign} and type = 'action.applied'`;
  const agreed = sql`campaign_id = ${campaign} and event_type in ('created', 'updated')
    and (metadata ->> 'channels' is not null or metadata ->> 'daily_budget' is not null)`;
  const { rows } = await sql<RecordedRow>`
    select * from (${recorded(applied, agreed)}) found
    where loss = 0 and not repeated and ${before} and ${since} and ${until}
    order by time desc, entry_ms desc, entry_seq desc, item desc
    limit ${limit + 1}`.execute(db);
  return pageOf(rows, limit, eventOf, (row) => [row.time.getTime(), row.entry_ms, row.entry_seq, row.item]);
}
