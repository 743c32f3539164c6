/** What a row means without a map: an event as it is, or a row of a table of campaign events. */

import type { RowMapping } from '../../rules/row-mapping.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * A row with a `type` is an event. A row with `campaign_id`, `event_type` and `timestamp` is one of the table
 * `campaign_events`, as this weir or another program keeps it: its other columns are fields of the event, those in
 * `metadata` too; what is empty is left out. The event's id is `event_id`, else it is made of the column `id`.
 */
export const usualRow: RowMapping = async (row) => {
  if (typeof row.type === 'string' && row.type !== '') return [{ ...row }];
  if (!isGiven(row.campaign_id) || !isGiven(row.event_type) || !isGiven(row.timestamp))
    throw new TypeError(
      'without --map a row is an event with a type, or has the columns campaign_id, event_type and timestamp',
    );
  return [campaignEvent(row)];
};

/** Columns that are about the row, not about what happened. */
const NOT_FIELDS = new Set([
  ...['id', 'event_id', 'event_type', 'timestamp', 'source', 'metadata', 'repeated', 'orphaned'],
  ...['partition', 'incarnation', 'entry_ms', 'entry_seq', 'item', 'loss'],
]);
const NUMBERS = new Set(['cost', 'spend', 'conversion_value', 'daily_budget', 'target_cpa']);

function campaignEvent(row: Row): Record<string, unknown> {
  const data: Record<string, unknown> = { ...metadataOf(row.metadata) };
  for (const [name, value] of Object.entries(row)) {
    if (NOT_FIELDS.has(name) || !isGiven(value)) continue;
    // a CSV file has texts only; one that is no number is refused like any other event
    data[name] = NUMBERS.has(name) && typeof value === 'string' ? numberOr(value) : value;
  }
  const type = String(row.event_type);
  return {
    ...(isGiven(row.event_id)
      ? { id: row.event_id }
      : isGiven(row.id) && { id: `campaign_events:${String(row.id)}` }),
    ...(isGiven(row.source) && { source: row.source }),
    type: type.includes('.') ? type : `campaign.${type}`,
    time: typeof row.timestamp === 'string' ? withMinutes(row.timestamp) : row.timestamp,
    data,
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function numberOr(text: string): number | string {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function metadataOf(value: unknown): Row {
  const read: unknown = typeof value === 'string' && value !== '' ? JSON.parse(value) : value;
  return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Row) : {};
}

/** A database writes `+00` for a zone. */
function withMinutes(text: string): string {
  return /\d[+-]\d\d$/.test(text) ? `${text}:00` : text;
}
