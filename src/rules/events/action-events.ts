/** Events of actions after they were decided: what people said, and what became of them outside. */

import { eventType } from './event-type.ts';
import { any, boolean, budget, id, rows, text } from './field.ts';

const route = ['action_id'];
const verdict = { route, required: { action_id: id, hash: id, by: id }, optional: { comment: text } };
const outcome = {
  route,
  required: { action_id: id, idempotency_key: id },
  // what weir knows of the action stands there too when features are fed
  optional: {
    campaign_id: id,
    action: text,
    budgets: rows({ channel: id, budget }, { from: budget, paused: boolean, hours: any }),
    problem: text,
  },
};

export const actionEvents = [
  eventType('action.approved', verdict),
  eventType('action.rejected', verdict),
  eventType('action.reverted', verdict),
  eventType('action.applied', outcome),
  eventType('action.failed', outcome),
];
