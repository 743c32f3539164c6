/** What one lead of the demo lives through, from its creation to the end of the day. */

import { DAY, HOUR, MINUTE, type Millis } from '../../core/units.ts';
import { CONTENTS, type Content } from './content.ts';
import type { Emit } from './demo-event.ts';
import { ALWAYS, BROWSING, localHour, OFFICE, timeBetween } from './hour-curve.ts';
import { LEADS, type LeadProfile } from './lead-profile.ts';

/** Tells a lead's whole story; events after the end of the day are dropped later. */
export function tellLead(lead: LeadProfile, end: Millis, emit: Emit): void {
  emit('crm', 'lead.created', lead.created, { ...lead.fields, status: 'new' });
  tellStatuses(lead, end, emit);
  tellContents(lead, end, emit);
  tellNewsletters(lead, end, emit);
  tellReferrals(lead, end, emit);
}

function tellStatuses({ id, situation, created, draw }: LeadProfile, end: Millis, emit: Emit): void {
  const { statuses } = situation;
  const share = (end - created) / (statuses.length + 1);
  statuses.forEach((drawn, step) => {
    const last = step === statuses.length - 1;
    // Some of those who decide do so today, so that the day has it to show.
    const from = last && step > 0 && draw.chance(0.3) ? end - DAY : created + share * (step + 0.3);
    const time = timeBetween(draw, from, Math.min(end, from + share * 0.8), OFFICE);
    const status = drawn === 'converted' && draw.chance(0.4) ? 'lost' : drawn;
    const reason = status === 'lost' ? { reason: draw.pick(['no_answer', 'other_agency', 'no_budget']) } : {};
    emit('crm', 'lead.status_changed', time, { lead_id: id, status, ...reason });
  });
}

function tellContents(lead: LeadProfile, end: Millis, emit: Emit): void {
  const { created, situation, draw } = lead;
  const waiting = [...CONTENTS];
  const gap = (7 * DAY) / situation.sendsPerWeek;
  for (let from = created; from < end && waiting.length > 4; from += gap) {
    const [content] = waiting.splice(draw.whole(0, waiting.length - 1), 1) as [Content];
    sendContent(lead, content, timeBetween(draw, from, from + Math.min(gap, DAY), OFFICE), emit);
  }
  // This morning's mailing goes to nearly everybody who is left.
  const today = waiting.at(-1) as Content;
  if (draw.chance(0.85)) sendContent(lead, today, timeBetween(draw, end - DAY, end - 2 * HOUR, OFFICE), emit);
}

function sendContent({ id, situation, draw }: LeadProfile, content: Content, sent: Millis, emit: Emit): void {
  const fields = { lead_id: id, content_id: content.id };
  if (draw.chance(0.25)) emit('mailer', 'email.sent', sent, { ...fields, email_id: `mail-${content.id}` });
  else {
    const channel = draw.pick(['email', 'email', 'whatsapp', 'linkedin']);
    emit('mailer', 'content.sent', sent, { ...fields, content_type: content.type, channel });
  }
  if (!draw.chance(situation.opens)) return;
  let opened = sent + Math.max(MINUTE, draw.around(situation.responseHours * HOUR, 0.8));
  // Few people read at night: most of those openings happen when they get up.
  if (localHour(opened) < 7 && draw.chance(0.85)) opened += (7 - localHour(opened)) * HOUR;
  opened = Math.floor(opened);
  emit('site', 'content.opened', opened, { ...fields, content_type: content.type });
  if (draw.chance(0.12)) {
    const again = Math.floor(opened + draw.between(HOUR, 2 * DAY));
    emit('site', 'content.opened', again, { ...fields, content_type: content.type });
  }
  if (!draw.chance(situation.completes)) return;
  const completed = Math.floor(opened + draw.around(content.minutes * MINUTE, 0.3));
  emit('site', 'content.completed', completed, { ...fields, content_type: content.type });
}

/** Newsletters carry no content of ours; leads at risk get many and open none. */
function tellNewsletters({ id, created, situation, draw }: LeadProfile, end: Millis, emit: Emit): void {
  const perWeek = situation.name === 'at_risk' ? 10 : 1;
  const since = Math.max(created, end - (situation.name === 'at_risk' ? 8 : 28) * DAY);
  const count = draw.count((perWeek * (end - since)) / (7 * DAY));
  for (let i = 0; i < count; i++) {
    const time = timeBetween(draw, since, end, OFFICE);
    const email_id = `news-${Math.floor(time / DAY)}-${i}`;
    emit('mailer', 'email.sent', time, { lead_id: id, email_id });
  }
}

function tellReferrals({ id, created, situation, draw }: LeadProfile, end: Millis, emit: Emit): void {
  const count = draw.whole(situation.referrals[0], situation.referrals[1]);
  for (let i = 1; i <= count; i++) {
    const time = timeBetween(draw, i === count ? end - 2 * DAY : created, end, BROWSING);
    const fields = { lead_id: id, referral_id: `ref-${id}-${i}` };
    emit('crm', 'referral.created', time, { ...fields, referred_lead_id: draw.whole(1, LEADS) });
    const judged = timeBetween(draw, time + HOUR, time + DAY, ALWAYS);
    if (draw.chance(0.85)) emit('crm', 'referral.validated', judged, fields);
    else if (draw.chance(0.5)) {
      emit('fraud-desk', 'fraud.flagged', judged, { ...fields, subject: 'referral', reason: 'same_person' });
    }
  }
}
