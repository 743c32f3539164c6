/** An endless, believable stream of events that continues the demo day with the same leads and campaigns. */

import { seededRng } from '../core/random.ts';
import { MINUTE, type Millis, SECOND } from '../core/units.ts';
import { CAMPAIGNS } from './demo/campaign-profile.ts';
import { ChannelTraffic } from './demo/channel-traffic.ts';
import { CONTENTS, type Content } from './demo/content.ts';
import { type DemoEvent, type Draft, type Emit, runPrefix } from './demo/demo-event.ts';
import { Draw } from './demo/draw.ts';
import { LEADS, type LeadProfile, leadProfile } from './demo/lead-profile.ts';

const STREAM = 3_000_000;
/** Mean pause between two beginnings; what follows from them makes about 35 events a second of it. */
const PAUSE: Millis = 33;
/** Median from a click to an application, much shorter than in life, so that a minute of watching shows some. */
const APPLY_AFTER: Millis = 20 * SECOND;
/** What follows later than this is left out: nobody watches a demo for so long. */
const HORIZON: Millis = 30 * MINUTE;

/** Events from `from` on, by time, 20 to 50 a second in waves of two minutes; the caller waits until each is due. */
export function* liveTraffic(seed: number, from: Millis): Generator<DemoEvent, never> {
  const draw = new Draw(seededRng(seed, STREAM));
  const prefix = runPrefix('live', seed, from);
  /** What follows from earlier events, the next one last. */
  const waiting: Draft[] = [];
  let now = from;
  const emit: Emit = (source, type, time, data) => {
    if (time > now + HORIZON) return;
    let at = waiting.length;
    while (at > 0 && (waiting[at - 1] as Draft).time <= time) at -= 1;
    waiting.splice(at, 0, { source, type, time, data });
  };
  const begin = beginnings(seed, from, prefix, draw, emit);
  for (let n = 1; ; ) {
    const wave = 1 + 0.4 * Math.sin((now - from) / (20 * SECOND));
    now += Math.max(1, Math.round(draw.exponential(PAUSE / wave)));
    draw.weighted(begin).happen(now);
    while (waiting.length > 0 && (waiting.at(-1) as Draft).time <= now) {
      yield { id: `${prefix}-${n++}`, ...(waiting.pop() as Draft) };
    }
  }
}

/** The things that begin by themselves, each as often as its weight. */
function beginnings(seed: number, from: Millis, prefix: string, draw: Draw, emit: Emit) {
  const leads = Array.from({ length: LEADS }, (_, i) => leadProfile(seed, i + 1, from));
  const readers = leads.map((lead) => ({ lead, weight: lead.situation.sendsPerWeek * lead.situation.opens }));
  const channels = CAMPAIGNS.flatMap((campaign) =>
    campaign.channels.map((profile) => ({
      traffic: new ChannelTraffic(campaign, profile, { prefix, applyAfter: APPLY_AFTER }, draw, emit),
      weight: 1 / profile.click,
    })),
  );
  let referrals = 0;
  return [
    { weight: 50, happen: (time: Millis) => draw.weighted(channels).traffic.impression(time) },
    { weight: 16, happen: (time: Millis) => draw.weighted(channels).traffic.click(time) },
    { weight: 16, happen: (time: Millis) => send(draw.pick(leads), draw, time, emit) },
    { weight: 12, happen: (time: Millis) => read(draw.weighted(readers).lead, draw, time, emit) },
    {
      weight: 0.6,
      happen: (time: Millis) => {
        const fields = { lead_id: draw.pick(leads).id, referral_id: `${prefix}.ref.${++referrals}` };
        emit('crm', 'referral.created', time, fields);
        if (draw.chance(0.8)) emit('crm', 'referral.validated', time + draw.whole(20, 300) * SECOND, fields);
      },
    },
    {
      weight: 0.6,
      happen: (time: Millis) => {
        const status = draw.pick(['nurturing', 'nurturing', 'engaged', 'converted', 'lost']);
        emit('crm', 'lead.status_changed', time, { lead_id: draw.pick(leads).id, status });
      },
    },
  ];
}

function send({ id }: LeadProfile, draw: Draw, time: Millis, emit: Emit): void {
  const content = draw.pick(CONTENTS);
  emit('mailer', 'content.sent', time, { ...contentFields(id, content), channel: 'email' });
}

/** Somebody opens what was sent, and completes it some minutes later: a demo has no hours. */
function read({ id, situation }: LeadProfile, draw: Draw, time: Millis, emit: Emit): void {
  const content = draw.pick(CONTENTS);
  emit('site', 'content.opened', time, contentFields(id, content));
  if (!draw.chance(situation.completes)) return;
  const taken = draw.around(content.minutes * 5 * SECOND, 0.3);
  emit('site', 'content.completed', Math.floor(time + taken), contentFields(id, content));
}

function contentFields(id: number, { id: content_id, type }: Content) {
  return { lead_id: id, content_id, content_type: type };
}
