/** A partition's log, taken apart: which events it holds, in order, and what is no event at all. */

export interface LogEntry {
  readonly id: string;
  readonly d?: string;
  readonly f?: string;
  readonly m?: string;
}

export interface Happening {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: number;
  /** Whether the producer gave the time: a resend without one is still the same event. */
  readonly timed: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

export type Received =
  | { readonly is: 'event'; readonly event: Happening; readonly origin: string }
  | { readonly is: 'tick'; readonly time: number }
  /** `origin`: where it entered; the intake may send it twice. */
  | { readonly is: 'dead'; readonly reason: string; readonly origin: string };

const REQUIRED: Record<string, readonly string[]> = {
  'lead.created': ['lead_id'],
  'lead.updated': ['lead_id'],
  'lead.status_changed': ['lead_id', 'status'],
  'email.sent': ['lead_id', 'email_id'],
  'content.sent': ['lead_id', 'content_id'],
  'content.opened': ['lead_id', 'content_id'],
  'content.completed': ['lead_id', 'content_id'],
  'referral.created': ['lead_id', 'referral_id'],
  'referral.validated': ['lead_id', 'referral_id'],
  'fraud.flagged': [],
  'lead.erased': ['lead_id'],
  'campaign.created': ['campaign_id', 'daily_budget', 'currency', 'channels'],
  'campaign.updated': ['campaign_id'],
  'campaign.impression': ['campaign_id', 'channel'],
  'campaign.click': ['campaign_id', 'channel', 'cost'],
  'campaign.application': ['campaign_id', 'channel'],
  'campaign.conversion': ['campaign_id', 'channel'],
  'campaign.budget_reported': ['campaign_id', 'channel', 'spend'],
  'context.observed': ['name', 'value'],
  'action.approved': ['action_id', 'hash', 'by'],
  'action.rejected': ['action_id', 'hash', 'by'],
  'action.reverted': ['action_id', 'hash', 'by'],
  'anomaly.acknowledged': ['rule', 'name', 'entity', 'by'],
  'anomaly.muted': ['rule', 'name', 'entity', 'by'],
  'action.applied': ['action_id', 'idempotency_key'],
  'action.failed': ['action_id', 'idempotency_key'],
};
const MONEY = ['cost', 'spend', 'budget', 'daily_budget', 'conversion_value', 'target_cpa'];
const NUMBERS = [...MONEY, 'base_score', 'value', 'application_cap', 'min_share', 'max_share'];
const LISTS = ['channels', 'budgets', 'metadata', 'application_caps'];
const ENVELOPE = ['id', 'type', 'time', 'ts', 'event_source'];

/** @param moreTypes types that the rule set itself names or declares */
export function receive(entry: LogEntry, moreTypes: ReadonlySet<string>): Received[] {
  let parsed: unknown;
  const origins = entry.m?.split(',');
  try {
    parsed = JSON.parse(entry.d ?? entry.f ?? '');
  } catch {
    return [{ is: 'dead', reason: 'bad_json', origin: origins?.[0] ?? `${entry.id}:0` }];
  }
  return (Array.isArray(parsed) ? parsed : [parsed]).flatMap((given, index) =>
    receiveOne(given, origins?.[index] ?? `${entry.id}:${index}`, entry, moreTypes),
  );
}

function receiveOne(
  given: unknown,
  origin: string,
  entry: LogEntry,
  moreTypes: ReadonlySet<string>,
): Received[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return [{ is: 'dead', reason: 'not_an_event', origin }];
  const fields = given as Record<string, unknown>;
  const type = fields.type;
  if (typeof type !== 'string') return [{ is: 'dead', reason: 'not_an_event', origin }];
  if (type === 'tick' || type === 'rules.activated') {
    if (entry.m !== undefined) return [{ is: 'dead', reason: 'reserved_type', origin }];
    return type === 'tick' ? [{ is: 'tick', time: Number(fields.time) }] : [];
  }
  // mail between partitions is no event; outsiders cannot send it
  if (type.startsWith('shared.'))
    return entry.m === undefined ? [] : [{ is: 'dead', reason: 'reserved_type', origin }];
  const required = REQUIRED[type] ?? (moreTypes.has(type) ? [] : undefined);
  if (!required) return [{ is: 'dead', reason: 'unknown_type', origin }];
  const nested = fields.data;
  const structured = typeof nested === 'object' && nested !== null;
  const own = structured ? (nested as Record<string, unknown>) : without(fields, ENVELOPE);
  const normal = normalise(own, entry.f !== undefined);
  if (required.some((name) => normal[name] === undefined || normal[name] === null))
    return [{ is: 'dead', reason: 'bad_field', origin }];
  const time = fields.time ?? fields.ts;
  const source = structured ? fields.source : fields.event_source;
  const event: Happening = {
    id: String(fields.id ?? origin),
    source: String(source ?? ''),
    type,
    time: time === undefined ? Number(origin.split('-')[0]) : instant(time),
    timed: time !== undefined,
    data: normal,
  };
  return [{ is: 'event', event, origin }];
}

/** Ids become strings, money becomes numbers; of flat entries, where all is text, other numbers and lists too. */
function normalise(data: Record<string, unknown>, flat: boolean): Record<string, unknown> {
  const normal: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(data)) {
    if (typeof value === 'number' && /(^|_)id$|^channel$|^referred_by$/.test(name))
      normal[name] = String(value);
    else if (typeof value === 'string' && (flat ? NUMBERS : MONEY).includes(name))
      normal[name] = Number(value);
    else if (typeof value === 'string' && flat && LISTS.includes(name))
      normal[name] = normaliseList(JSON.parse(value));
    else normal[name] = normaliseList(value);
  }
  return normal;
}

function normaliseList(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((each) =>
    typeof each === 'object' && each !== null ? normalise(each as Record<string, unknown>, false) : each,
  );
}

function instant(time: unknown): number {
  if (typeof time === 'number') return time;
  return /^[0-9]+$/.test(String(time)) ? Number(time) : Date.parse(String(time));
}

function without(fields: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
