/** Believable traffic of leads over a week or any other time: they come, are sent contents, read some of them, and bring others. */

import { seededRng } from '../src/core/random.ts';
import { DAY, type Millis } from '../src/core/units.ts';

export const TRAFFIC_START: Millis = Date.UTC(2026, 0, 5);
const WEEK = 7 * DAY;
const CONTENTS = 200;
const TYPES = ['guide', 'video', 'article', 'webinar', 'checklist'];
const TOPICS = ['salary-report', 'interview-preparation', 'cv-workshop', 'career-change', 'remote-work'];
const CHANNELS = ['email', 'whatsapp', 'linkedin', 'sms'];
const STATUSES = ['nurturing', 'nurturing', 'engaged', 'converted', 'lost'];
const SOURCES = ['jooble', 'indeed', 'linkedin', 'referral', 'organic'];
const AREAS = ['logistics', 'nursing', 'hospitality', 'software', 'sales'];
const ZONES = ['Europe/Madrid', 'Europe/Lisbon', 'America/Bogota', 'America/Mexico_City'];

export interface TrafficOptions {
  readonly events: number;
  readonly leads: number;
  readonly seed: number;
  readonly start?: Millis;
  /** How long it all takes; a week where it is not said. */
  readonly span?: Millis;
}

export interface TrafficEvent {
  readonly id: string;
  readonly lead: string;
  readonly text: string;
}

/** What a lead has before it: contents sent and not yet opened, opened and not yet completed, open referrals. */
interface Lead {
  readonly id: string;
  readonly sent: number[];
  readonly opened: number[];
  readonly referrals: number[];
  referred: number;
}

/** Events in the order of their times, evenly over the time with some jitter; two of five leads come first. */
export function* leadTraffic({
  events,
  leads,
  seed,
  start = TRAFFIC_START,
  span = WEEK,
}: TrafficOptions): Generator<TrafficEvent> {
  const rng = seededRng(seed);
  const pick = (count: number) => Math.floor(rng() * count);
  const known: Lead[] = [];
  const rush = events / 10;
  for (let i = 0; i < events; i++) {
    const time = start + Math.floor(((i + rng()) * span) / events);
    const rate = i < rush ? (0.4 * leads) / rush : (0.6 * leads) / (events - rush);
    const comes = known.length === 0 || (known.length < leads && rng() < rate);
    // some leads are far more active than others
    const lead = comes ? newLead(known) : (known[Math.floor(known.length * rng() ** 1.4)] as Lead);
    const [type, source, data] = comes ? created(lead, pick) : next(lead, pick, rng);
    const id = uuid(pick, i);
    const event = {
      id,
      type,
      source,
      time: new Date(time).toISOString(),
      data: { lead_id: lead.id, ...data },
    };
    yield { id, lead: lead.id, text: JSON.stringify(event) };
  }
}

/** Random, but for the number of the event in its last part: never the same twice. */
function uuid(pick: Pick, n: number): string {
  const hex = (digits: number) =>
    pick(16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${n.toString(16).padStart(12, '0')}`;
}

type Told = [type: string, source: string, data: Record<string, unknown>];
type Pick = (count: number) => number;

function newLead(known: Lead[]): Lead {
  const lead = { id: `${100_000 + known.length}`, sent: [], opened: [], referrals: [], referred: 0 };
  known.push(lead);
  return lead;
}

function of<T>(list: readonly T[], pick: Pick): T {
  return list[pick(list.length)] as T;
}

function created({ id }: Lead, pick: Pick): Told {
  const data = {
    status: 'new',
    source: of(SOURCES, pick),
    interest_area: of(AREAS, pick),
    base_score: pick(17) / 2,
    email: `lead-${id}@example.com`,
    timezone: of(ZONES, pick),
  };
  return ['lead.created', 'crm', data];
}

function next(lead: Lead, pick: Pick, rng: () => number): Told {
  const draw = rng();
  if (draw < 0.3 && lead.sent.length > 0) return opens(lead, pick);
  if (draw < 0.45 && lead.opened.length > 0) {
    const content = lead.opened.splice(pick(lead.opened.length), 1)[0] as number;
    return ['content.completed', 'website', contentFields(content)];
  }
  if (draw > 0.96)
    return ['lead.status_changed', 'crm', { status: of(STATUSES, pick), reason: 'pipeline_review' }];
  if (draw > 0.92) return refers(lead, pick, rng);
  return sends(lead, pick, rng);
}

function opens(lead: Lead, pick: Pick): Told {
  const at = pick(lead.sent.length);
  const content = lead.sent[at] as number;
  // one in eight opens it once more later
  if (pick(8) > 0) {
    lead.sent.splice(at, 1);
    lead.opened.push(content);
  }
  return ['content.opened', 'website', contentFields(content)];
}

function refers(lead: Lead, pick: Pick, rng: () => number): Told {
  if (lead.referrals.length > 0 && rng() < 0.6) {
    const number = lead.referrals.shift() as number;
    return ['referral.validated', 'crm', { referral_id: `referral-${lead.id}-${number}` }];
  }
  lead.referred += 1;
  lead.referrals.push(lead.referred);
  const fields = {
    referral_id: `referral-${lead.id}-${lead.referred}`,
    referred_lead_id: `${900_000 + pick(50_000)}`,
  };
  return ['referral.created', 'website', fields];
}

function sends(lead: Lead, pick: Pick, rng: () => number): Told {
  const content = pick(CONTENTS);
  const draw = rng();
  // a newsletter carries no content of ours
  if (draw < 0.15)
    return [
      'email.sent',
      'mailer',
      { email_id: `newsletter-${lead.id}-${pick(1000)}`, campaign_id: 'spring' },
    ];
  if (lead.sent.length < 12) lead.sent.push(content);
  const { content_id, content_type } = contentFields(content);
  if (draw < 0.4) return ['email.sent', 'mailer', { email_id: `mail-${lead.id}-${content}`, content_id }];
  return ['content.sent', 'mailer', { content_id, content_type, channel: of(CHANNELS, pick) }];
}

function contentFields(content: number) {
  const content_type = TYPES[content % TYPES.length] as string;
  return {
    content_id: `${TOPICS[Math.floor(content / 7) % TOPICS.length]}-${content_type}-${content}`,
    content_type,
  };
}
