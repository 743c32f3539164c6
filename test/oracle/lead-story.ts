/** What one invented lead does over some weeks: it is sent contents, opens, finishes, refers and changes status. */

import type { Random } from './random.ts';

export interface Scene {
  /** Milliseconds since the epoch. */
  time: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const SOURCES = ['linkedin', 'facebook', 'organic', 'email', 'twitter', 'instagram'];
const STATUSES = ['new', 'nurturing', 'nurturing', 'engaged', 'converted', 'lost'];
const TYPES = ['blog', 'guide', 'video', 'case_study', 'webinar', 'ebook'];
const ZONES = ['Europe/Madrid', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney', 'UTC'];
const MOST_SENDS = 7;

/** Every lead chooses from the same 30 contents, so that nothing a feature remembers overflows. */
const CONTENTS = Array.from({ length: 30 }, (_, i) => ({
  content_id: `${TYPES[i % TYPES.length]}-${Math.floor(i / TYPES.length) + 1}`,
  content_type: TYPES[i % TYPES.length] as string,
}));

export interface LeadStory {
  readonly lead: number;
  readonly scenes: number;
  readonly start: number;
  readonly end: number;
  /** Leads have a zone, told by lead.created, which then always comes first. */
  readonly zoned: boolean;
}

export function leadStory(random: Random, story: LeadStory): Scene[] {
  const { lead, start, end, zoned } = story;
  const scenes: Scene[] = [];
  const sends = new Map<string, number>();
  const contents = random.shuffled(CONTENTS).slice(0, random.whole(3, 30));
  let time = start + Math.floor(random.next() ** 2 * (end - start) * 0.6);
  let referrals = 0;
  const pace = ((end - time) / (story.scenes + 1)) * 2;
  const add = (type: string, data: Record<string, unknown>, at = time) => {
    if (at < end && scenes.length < story.scenes)
      scenes.push({ time: at, type, data: { lead_id: lead, ...data } });
  };
  const created = () => add('lead.created', birth(random, lead, zoned));
  if (zoned || random.chance(0.93)) created();
  while (scenes.length < story.scenes && time < end) {
    time += Math.max(1, Math.floor(random.chance(0.6) ? random.spread(MINUTE, DAY) : random.next() * pace));
    const content = random.pick(contents);
    const act = random.next();
    if (act < 0.42) {
      const sent = sends.get(content.content_id) ?? 0;
      if (sent < MOST_SENDS) {
        sends.set(content.content_id, sent + 1);
        if (random.chance(0.6)) add('content.sent', content);
        else add('email.sent', { email_id: `m${random.whole(1, 9999)}`, content_id: content.content_id });
      }
      if (random.chance(0.55)) {
        const opened = time + Math.floor(random.spread(5 * MINUTE, 2 * DAY));
        add('content.opened', content, opened);
        if (random.chance(0.5))
          add('content.completed', content, opened + Math.floor(random.spread(MINUTE, DAY)));
      }
    } else if (act < 0.52) add('email.sent', { email_id: `m${random.whole(1, 9999)}` });
    else if (act < 0.64)
      add('content.opened', random.chance(0.8) ? content : { content_id: content.content_id });
    else if (act < 0.76) add('content.completed', content);
    else if (act < 0.84) {
      const referral_id = `r${lead}-${++referrals}`;
      add('referral.created', { referral_id });
      if (random.chance(0.7))
        add('referral.validated', { referral_id }, time + Math.floor(random.spread(MINUTE, 3 * DAY)));
    } else if (act < 0.94) add('lead.status_changed', { status: random.pick(STATUSES) });
    else if (act < 0.98) add('lead.updated', { interest_area: random.pick(['marketing', 'sales', 'hr']) });
    else add('fraud.flagged', { subject: 'lead', reason: 'looks odd' });
  }
  return scenes;
}

function birth(random: Random, lead: number, zoned: boolean): Record<string, unknown> {
  return {
    source: random.pick(SOURCES),
    ...(random.chance(0.7) ? { status: random.pick(STATUSES) } : {}),
    ...(random.chance(0.7) ? { interest_area: random.pick(['marketing', 'sales', 'hr']) } : {}),
    ...(random.chance(0.7) ? { base_score: random.whole(0, 16) / 2 } : {}),
    ...(zoned ? { timezone: random.pick(ZONES) } : {}),
    email: `lead${lead}@example.com`,
  };
}
