/** Events of both tables in one form: what the log had, put together again. */

import { type RawBuilder, sql } from 'kysely';
import type { KeptEvent } from '../core/history/event-trace.ts';

export interface RecordedRow {
  readonly partition: number;
  readonly entry_ms: number;
  readonly entry_seq: number;
  readonly item: number;
  readonly loss: number;
  readonly orphaned: boolean;
  readonly time: Date;
  readonly type: string;
  readonly source: string;
  readonly event_id: string | null;
  readonly kind: string | null;
  readonly entity: string | null;
  readonly repeated: boolean;
  readonly data: Readonly<Record<string, unknown>>;
  /** Fields of campaign events that have columns of their own; null elsewhere. */
  readonly columns: Readonly<Record<string, unknown>> | null;
}

/** Rows of both tables; `ofCampaigns` where the condition is another one there. */
export function recorded(where: RawBuilder<unknown>, ofCampaigns = where): RawBuilder<unknown> {
  return sql`
    select partition, entry_ms, entry_seq, item, loss, orphaned, time, type, source, event_id, kind, entity,
      repeated, data, null::json as columns
    from events where ${where}
    union all
    select partition, entry_ms, entry_seq, item, loss, orphaned, timestamp, 'campaign.' || event_type, source,
      event_id, 'campaign', campaign_id, repeated, metadata,
      json_build_object('campaign_id', campaign_id, 'channel', channel, 'location', location,
        'user_agent', user_agent, 'cost', cost, 'lead_id', lead_id)
    from campaign_events where ${ofCampaigns}`;
}

export function eventOf(row: RecordedRow): KeptEvent {
  return {
    partition: row.partition,
    entry: `${row.entry_ms}-${row.entry_seq}`,
    item: row.item,
    id: row.event_id,
    source: row.source,
    type: row.type,
    time: row.time.getTime(),
    kind: row.kind,
    entity: row.entity,
    data: { ...present(row.columns), ...row.data },
    repeated: row.repeated,
    orphaned: row.orphaned,
  };
}

/** A field that the event had as null is in the metadata; a column that is null was not there. */
function present(columns: RecordedRow['columns']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(columns ?? {}).filter(([, value]) => value !== null));
}
