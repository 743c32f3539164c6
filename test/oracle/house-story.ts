/** Invents long histories of leads, one event after the other: usual weeks, and days on which something is wrong. */

import type { JsonEvent } from './generate.ts';
import { Random } from './random.ts';

export interface HouseStory {
  readonly events: number;
  readonly leads: number;
  readonly days: number;
  readonly seed: number;
  readonly start?: number;
}

export interface Arrival {
  readonly event: JsonEvent;
  /** The id of the lead or campaign that it is about. */
  readonly route: string;
  /** Stream time at which it stands in the log: its own, or later. */
  readonly at: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONDAY = Date.UTC(2026, 0, 5);
const SOURCES = ['linkedin', 'facebook', 'organic', 'email', 'twitter', 'instagram', 'jooble'];
const STATUSES = ['new', 'nurturing', 'nurturing', 'engaged', 'converted', 'lost'];
const AREAS = ['marketing', 'sales', 'hr'];
const TYPES = ['blog', 'guide', 'video', 'case_study', 'webinar', 'ebook'];
const ZONES = ['Europe/Madrid', 'America/New_York', 'Asia/Kolkata', 'UTC'];
/** What may be wrong for four days. */
const MOODS = ['usual', 'usual', 'unread', 'no_leads', 'fraud'] as const;

/** Events with when they arrive: some late, some twice; a lead's first event arrives at once. */
export function* houseStory({ events, leads, days, seed, start = MONDAY }: HouseStory): Generator<Arrival> {
  const random = new Random(seed);
  const span = days * DAY;
  let known = 0;
  for (let n = 0; n < events; n++) {
    const time = start + Math.floor(((n + random.next()) * span) / events);
    const mood = MOODS[
      Math.floor(new Random(seed + Math.floor((time - start) / (4 * DAY))).next() * 5)
    ] as string;
    const share = leads / events;
    const isNew =
      known === 0 || (known < leads && random.chance(mood === 'no_leads' ? share / 5 : 1.3 * share));
    if (isNew) known += 1;
    const lead = isNew ? known : 1 + Math.floor(known * random.next() ** 0.7);
    const made = isNew ? born(random, lead) : next(random, lead, mood);
    const fields = { ...made, id: `e${n}`, time: random.chance(0.5) ? time : new Date(time).toISOString() };
    const event = random.chance(0.7) ? fields : flat(fields);
    const at = isNew ? time : time + delay(random);
    const arrival = { event, route: String(lead), at };
    yield arrival;
    if (random.chance(0.04)) yield { ...arrival, at: at + random.next() ** 2 * 20 * HOUR };
  }
}

/** Arrivals in the order of the log. */
export function* inOrder(arrivals: Iterable<Arrival>): Generator<Arrival> {
  const hours = new Map<number, Arrival[]>();
  let next = Number.POSITIVE_INFINITY;
  let newest = Number.NEGATIVE_INFINITY;
  function* until(hour: number): Generator<Arrival> {
    for (; next < hour; next++) {
      yield* (hours.get(next) ?? []).sort((a, b) => a.at - b.at);
      hours.delete(next);
    }
  }
  for (const arrival of arrivals) {
    const hour = Math.floor(arrival.at / HOUR);
    hours.set(hour, [...(hours.get(hour) ?? []), arrival]);
    next = Math.min(next, hour);
    if (arrival.at <= newest) continue;
    newest = arrival.at;
    // nothing is told more than an hour after the event that comes next in time
    const time = arrival.event.time;
    yield* until(Math.floor((typeof time === 'number' ? time : Date.parse(String(time))) / HOUR) - 1);
  }
  yield* until(Math.max(...hours.keys()) + 1);
}

function delay(random: Random): number {
  if (random.chance(0.85)) return random.whole(0, MINUTE);
  return Math.floor(random.chance(0.97) ? random.spread(MINUTE, 6 * HOUR) : random.spread(HOUR, 10 * DAY));
}

interface Made {
  readonly source: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

function born(random: Random, lead: number): Made {
  const data = {
    lead_id: String(lead),
    source: random.pick(SOURCES),
    ...(random.chance(0.7) ? { status: random.pick(STATUSES) } : {}),
    ...(random.chance(0.7) ? { interest_area: random.pick(AREAS) } : {}),
    ...(random.chance(0.7) ? { base_score: random.whole(0, 16) / 2 } : {}),
    ...(random.chance(0.5) ? { timezone: random.pick(ZONES) } : {}),
    email: `lead${lead}@example.com`,
  };
  return { source: 'crm', type: 'lead.created', data };
}

function next(random: Random, lead: number, mood: string): Made {
  const told = (type: string, data: object): Made => ({
    source: 'crm',
    type,
    data: { lead_id: String(lead), ...data },
  });
  const act = random.next();
  // some are sent newsletters and nothing else
  if (lead % 53 === 0 || act < 0.08) return told('email.sent', { email_id: `m${random.whole(1, 9999)}` });
  const kind = random.pick(TYPES);
  const content = { content_id: `${kind}-${random.whole(1, 4)}`, content_type: kind };
  if (act < 0.32) return told('content.sent', content);
  if (act < 0.4) return told('email.sent', { email_id: `m${lead}`, content_id: content.content_id });
  if (act < 0.66)
    return told(mood === 'unread' && random.chance(0.7) ? 'content.sent' : 'content.opened', content);
  if (act < 0.78) return told('content.completed', content);
  if (act < 0.84) return told('referral.created', { referral_id: `r${random.whole(1, 9999)}` });
  if (act < 0.88) return told('referral.validated', { referral_id: `r${random.whole(1, 9999)}` });
  if (act < 0.93) return told('lead.status_changed', { status: random.pick(STATUSES) });
  if (act < 0.95) return told('lead.updated', { source: random.pick(SOURCES) });
  if (act < 0.97) return told('lead.updated', { interest_area: random.pick(AREAS) });
  if (mood === 'fraud' || random.chance(0.2))
    return told('fraud.flagged', { subject: random.pick(['lead', 'referral', 'click']) });
  return told('content.opened', { content_id: content.content_id });
}

function flat({ source, data, ...rest }: Made & { id: string; time: unknown }): JsonEvent {
  return { ...rest, event_source: source, ...data };
}
