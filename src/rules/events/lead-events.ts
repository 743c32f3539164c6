/** Events of a lead's own life: created, updated, status changed, erased. */

import { eventType } from './event-type.ts';
import { email, id, oneOf, personal, points, text, timezone } from './field.ts';

const status = oneOf('new', 'nurturing', 'engaged', 'converted', 'lost');

const profile = {
  status,
  source: text,
  interest_area: text,
  base_score: points,
  email: personal(email),
  name: personal(text),
  timezone,
  referred_by: id,
  utm_source: text,
  utm_medium: text,
  utm_campaign: text,
  campaign_id: id,
};

const route = ['lead_id'];

export const leadEvents = [
  eventType('lead.created', { route, required: { lead_id: id }, optional: profile }),
  eventType('lead.updated', { route, required: { lead_id: id }, optional: profile }),
  eventType('lead.status_changed', { route, required: { lead_id: id, status }, optional: { reason: text } }),
  eventType('lead.erased', {
    route,
    required: { lead_id: id },
    optional: { requested_by: id },
    erases: true,
  }),
];
