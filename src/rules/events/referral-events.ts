/** Events of referrals, and of fraud found in leads, referrals and clicks. */

import { eventType } from './event-type.ts';
import { id, oneOf, text } from './field.ts';

const route = ['lead_id'];
const required = { lead_id: id, referral_id: id };

export const referralEvents = [
  eventType('referral.created', { route, required, optional: { referred_lead_id: id } }),
  eventType('referral.validated', { route, required }),
  eventType('fraud.flagged', {
    route: ['lead_id', 'campaign_id'],
    optional: {
      lead_id: id,
      campaign_id: id,
      subject: oneOf('lead', 'referral', 'click'),
      reason: text,
      referral_id: id,
      click_id: id,
    },
  }),
];
