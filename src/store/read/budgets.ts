/** Changes of a campaign's budgets, read from the events that made them. */

import { type Kysely, sql } from 'kysely';
import type { BudgetQuery } from '../../core/history/budget-query.ts';
import type { KeptEvent } from '../../core/history/event-trace.ts';
import { type Page, pageOf, readCursor } from '../../core/history/page.ts';
import { parseDecisionId } from '../../core/history.ts';
import { eventOf, type RecordedRow, recorded } from '../recorded-event.ts';
import type { Tables } from '../tables.ts';
import { readAction } from './actions.ts';

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
  // what became of an action names the action alone; one of a client names its campaigns
  const applied = sql`kind is null and type = 'action.applied' and entity in (
    select partition || '-' || incarnation || '-' || seq from actions
    where (campaign = ${campaign} or (campaign is null and (act -> 'budgets')::jsonb @> ${JSON.stringify([{ campaign_id: campaign }])}::jsonb))
      and status in ('applied', 'reverted'))`;
  const agreed = sql`campaign_id = ${campaign} and event_type in ('created', 'updated')
    and (metadata ->> 'channels' is not null or metadata ->> 'daily_budget' is not null)`;
  const { rows } = await sql<RecordedRow>`
    select * from (${recorded(applied, agreed)}) found
    where loss = 0 and not repeated and ${before} and ${since} and ${until}
    order by time desc, entry_ms desc, entry_seq desc, item desc
    limit ${limit + 1}`.execute(db);
  const asked = await askedFor(db, rows);
  return pageOf(
    rows,
    limit,
    (row) => {
      const event = eventOf(row);
      // a report that names no budgets says that all was done as it was asked
      const { budgets = asked.get(String(event.entity)), ...data } = event.data;
      return { ...event, data: { ...data, ...shareOf(budgets, campaign) } };
    },
    (row) => [row.time.getTime(), row.entry_ms, row.entry_seq, row.item],
  );
}

/** What budgets say of a campaign: those of its channels, or what a client's action gives it for a day. */
function shareOf(budgets: unknown, campaign: string): Readonly<Record<string, unknown>> {
  if (!Array.isArray(budgets)) return {};
  const own = (budgets as Share[]).filter(({ campaign_id }) => campaign_id !== undefined);
  if (own.length === 0) return { budgets };
  return { daily_budget: own.find(({ campaign_id }) => campaign_id === campaign)?.budget ?? null };
}

interface Share {
  readonly campaign_id?: string;
  readonly budget?: number;
}

/** By action, the budgets that it was to set. */
async function askedFor(
  db: Kysely<Tables>,
  rows: readonly RecordedRow[],
): Promise<ReadonlyMap<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const { type, entity } of rows) {
    const place = type === 'action.applied' && entity !== null ? parseDecisionId(entity) : undefined;
    if (place === undefined || found.has(entity as string)) continue;
    const action = await readAction(db, place);
    found.set(entity as string, action?.act.budgets);
  }
  return found;
}
