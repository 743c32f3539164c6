/** Events of actions after they were decided: what people said, and what became of them outside. */

import { eventType } from './event-type.ts';
import { any, boolean, budget, currency, id, rows, share, text, timezone } from './field.ts';

const route = ['action_id'];
const verdict = { route, required: { action_id: id, hash: id, by: id }, optional: { comment: text } };
/** What a channel that is new to its campaign has of it. */
const ofTheCampaign = {
  currency,
  timezone,
  job_category: text,
  location: text,
  target_cpa: budget,
};
const outcome = {
  route,
  required: { action_id: id, idempotency_key: id },
  // what weir knows of the action stands there too when features are fed
  optional: {
    campaign_id: id,
    action: text,
    rule: text,
    budgets: rows(
      { budget },
      {
        channel: id,
        campaign_id: id,
        from: budget,
        paused: boolean,
        wasted: share,
        hours: any,
        ...ofTheCampaign,
      },
      ['channel', 'campaign_id'],
    ),
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
