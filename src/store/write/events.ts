/** Events go in as the log had them, those of campaigns into the table of their own; copies are marked. */

import { type Kysely, sql } from 'kysely';
import type { LoggedEvent, LogRow } from '../../core/history/logged-event.ts';
import { outboxPlace } from '../outbox-place.ts';
import { storable } from '../storable.ts';
import type { Tables } from '../tables.ts';
import { campaignColumns } from './campaign-columns.ts';

export interface LoggedRow {
  readonly partition: number;
  readonly incarnation: number;
  readonly ms: number;
  readonly seq: number;
  readonly event: LoggedEvent;
}

export const CAMPAIGN_PREFIX = 'campaign.';

export function loggedRows(partition: number, rows: readonly LogRow[]): LoggedRow[] {
  return rows.flatMap(({ id, incarnation, events }) => {
    const place = { partition, incarnation, ...outboxPlace(id) };
    return events.map((event) => ({ ...place, event }));
  });
}

export async function writeEvents(db: Kysely<Tables>, rows: readonly LoggedRow[]): Promise<void> {
  const isCampaign = ({ event }: LoggedRow) => event.id !== null && event.type.startsWith(CAMPAIGN_PREFIX);
  const campaign = rows.filter(isCampaign);
  const others = campaign.length === 0 ? rows : rows.filter((row) => !isCampaign(row));
  if (others.length > 0) await writeOthers(db, others);
  if (campaign.length > 0) await writeCampaignEvents(db, campaign);
}

/** What both tables have, as lists side by side. */
function commonColumns(rows: readonly LoggedRow[]) {
  const seen = new Set<string>();
  return {
    partition: rows.map((row) => row.partition),
    incarnation: rows.map((row) => row.incarnation),
    ms: rows.map((row) => row.ms),
    seq: rows.map((row) => row.seq),
    item: rows.map(({ event }) => event.item),
    time: rows.map(({ event }) => new Date(event.time).toISOString()),
    source: rows.map(({ event }) => event.source),
    id: rows.map(({ event }) => (event.id === null ? null : storable(event.id))),
    repeated: rows.map(({ event }) => {
      if (event.id === null) return false;
      const key = `${event.time} ${event.source}\0${event.id}`;
      return seen.size === seen.add(key).size;
    }),
  };
}

async function writeOthers(db: Kysely<Tables>, rows: readonly LoggedRow[]): Promise<void> {
  const c = commonColumns(rows);
  await sql`
    insert into events (partition, incarnation, entry_ms, entry_seq, item, time, type, source, event_id, kind,
      entity, data, repeated)
    select partition, incarnation, entry_ms, entry_seq, item, time, type, source, event_id, kind, entity, data,
      repeated or ${cameBefore(sql`events`, sql`time`)} or ${isDead}
    from unnest(${c.partition}::int[], ${c.incarnation}::int[], ${c.ms}::bigint[], ${c.seq}::bigint[],
      ${c.item}::int[], ${c.time}::timestamptz[], ${rows.map(({ event }) => storable(event.type))}::text[],
      ${c.source}::text[], ${c.id}::text[], ${rows.map(({ event }) => event.kind)}::text[],
      ${rows.map(({ event }) => event.entity)}::text[],
      ${rows.map(({ event }) => JSON.stringify(event.data))}::json[], ${c.repeated}::boolean[])
      as r(partition, incarnation, entry_ms, entry_seq, item, time, type, source, event_id, kind, entity, data,
        repeated)`.execute(db);
}

async function writeCampaignEvents(db: Kysely<Tables>, rows: readonly LoggedRow[]): Promise<void> {
  const c = commonColumns(rows);
  const own = rows.map(({ event }) => campaignColumns(event));
  await sql`
    insert into campaign_events (partition, incarnation, entry_ms, entry_seq, item, timestamp, event_type,
      source, event_id, campaign_id, channel, cost, location, user_agent, lead_id, metadata, repeated)
    select partition, incarnation, entry_ms, entry_seq, item, time, type, source, event_id, campaign_id, channel,
      cost, location, user_agent, lead_id, metadata,
      repeated or ${cameBefore(sql`campaign_events`, sql`timestamp`)} or ${isDead}
    from unnest(${c.partition}::int[], ${c.incarnation}::int[], ${c.ms}::bigint[], ${c.seq}::bigint[],
      ${c.item}::int[], ${c.time}::timestamptz[], ${own.map((row) => row.type)}::text[], ${c.source}::text[],
      ${c.id}::text[], ${own.map((row) => row.campaign)}::text[], ${own.map((row) => row.channel)}::text[],
      ${own.map((row) => row.cost)}::numeric[], ${own.map((row) => row.location)}::text[],
      ${own.map((row) => row.agent)}::text[], ${own.map((row) => row.lead)}::text[],
      ${own.map((row) => row.metadata)}::json[], ${c.repeated}::boolean[])
      as r(partition, incarnation, entry_ms, entry_seq, item, time, type, source, event_id, campaign_id, channel,
        cost, location, user_agent, lead_id, metadata, repeated)`.execute(db);
}

/**
 * A copy has the same time as the first, so one month is looked at; never a plan that reads the whole table, hence
 * a limit.
 */
function cameBefore(table: ReturnType<typeof sql>, time: ReturnType<typeof sql>) {
  return sql`(
    select true from ${table} e
    where e.event_id = r.event_id and e.source = r.source and e.${time} = r.time and e.loss = 0
    limit 1) is not null`;
}

/** Of the same id with another payload the letter may have come first. */
const isDead = sql`(
  select true from dead_letters d
  where d.partition = r.partition and d.entry_ms = r.entry_ms and d.entry_seq = r.entry_seq and d.item = r.item
    and d.loss = 0
  limit 1) is not null`;
