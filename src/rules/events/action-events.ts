/** Events of actions after they were decided: what people said, and what became of them outside. */

import { eventType } from './event-type.ts';
import { budget, id, rows, text } from './field.ts';

const route = ['action_id'];
const verdict = { route, required: { action_id: id, hash: id, by: id }, optional: { comment: text } };
const outcome = {
  route,
  required: { action_id: id, idempotency_key: id },
  optional: { budgets: rows({ channel: id, budget }), problem: text },
};

export const actionEvents = [
  eventType('action.approved', verdict),
  eventType('action.rejected', verdict),
  eventType('action.reverted', verdict),
  eventType('action.applied', outcome),
  eventType('action.failed', outcome),
];
