/** A lead as a plain consumer keeps it: counters in a hash, windows left out, scored by npm's jsonata. */

import { readFileSync } from 'node:fs';
import jsonata from 'jsonata';
import { parse } from 'yaml';

/** Field → text, as HGETALL gives it. */
export type StoredLead = Record<string, string>;

export interface PlainEvent {
  readonly type: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly lead_id: string };
}

interface Rule {
  readonly factors: Record<string, string | number | { value: string | number }>;
  readonly params?: Record<string, number>;
}

const RULES = new URL('../../config/rules/', import.meta.url);

/** The factors of a shipped rule, each one an expression of npm's jsonata. */
function compiled(name: string) {
  const rule = parse(readFileSync(new URL(`${name}.yaml`, RULES), 'utf8')) as Rule;
  const texts = Object.values(rule.factors).map((factor) =>
    String(typeof factor === 'object' ? factor.value : factor),
  );
  return { params: rule.params ?? {}, factors: texts.map((text) => jsonata(text)) };
}

const engagement = compiled('engagement_score');
const conversion = compiled('conversion');

const COUNTED: Readonly<Record<string, string>> = {
  'content.opened': 'opens_7d',
  'content.completed': 'completions_7d',
  'content.sent': 'contents_sent',
  'email.sent': 'contents_sent',
  'referral.validated': 'referrals_90d',
};

/** What the event changes, without any score; more than this a real one would do. */
export function fold(lead: StoredLead, { type, time, data }: PlainEvent): void {
  const counter = COUNTED[type];
  if (counter !== undefined) lead[counter] = String(Number(lead[counter] ?? 0) + 1);
  if (type === 'lead.created') {
    lead.base_score = String(data.base_score);
    lead.created = time;
  }
  if (typeof data.status === 'string') lead.status = data.status;
  if (type === 'content.opened' || type === 'content.completed') lead.active = time;
}

/** The two scores by the shipped factors: fourteen evaluations, awaited in turn as the library's users do. */
export async function score(lead: Readonly<StoredLead>, now: string): Promise<StoredLead> {
  const days = (since: string | undefined) =>
    since === undefined ? undefined : Math.floor((Date.parse(now) - Date.parse(since)) / 86_400_000);
  const count = (name: string) => Number(lead[name] ?? 0);
  const facts: Record<string, unknown> = {
    base_score: count('base_score'),
    status: lead.status,
    completions_7d: count('completions_7d'),
    opens_7d: count('opens_7d'),
    referrals_90d: count('referrals_90d'),
    consumed_30d: count('opens_7d'),
    completion_rate: Math.min(100, (100 * count('completions_7d')) / Math.max(1, count('contents_sent'))),
    response_hours: 5,
    office_hours_share: 50,
    weekday_share: 80,
    age_days: days(lead.created),
    days_inactive: days(lead.active ?? lead.created),
  };
  facts.engagement_score = clamp(await sumOf(engagement.factors, facts));
  facts.params = conversion.params;
  const converts = clamp(await sumOf(conversion.factors, facts));
  return { engagement_score: String(facts.engagement_score), conversion: String(converts) };
}

async function sumOf(factors: readonly jsonata.Expression[], facts: object): Promise<number> {
  let sum = 0;
  for (const factor of factors) {
    const value: unknown = await factor.evaluate(facts);
    if (typeof value === 'number') sum += value;
  }
  return sum;
}

function clamp(value: number): number {
  return Math.min(100, Math.max(0, value));
}
