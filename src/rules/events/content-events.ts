/** Events of what a lead is sent and reads. */

import { eventType } from './event-type.ts';
import { agent, id, personal, text } from './field.ts';

const route = ['lead_id'];
const required = { lead_id: id, content_id: id };

export const contentEvents = [
  eventType('email.sent', {
    route,
    required: { lead_id: id, email_id: id },
    optional: { content_id: id, campaign_id: id },
  }),
  eventType('content.sent', { route, required, optional: { content_type: text, channel: text } }),
  eventType('content.opened', {
    route,
    required,
    optional: { content_type: text, user_agent: personal(agent) },
  }),
  eventType('content.completed', { route, required, optional: { content_type: text } }),
];
