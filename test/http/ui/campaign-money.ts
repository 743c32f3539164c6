/** What is known of the money of a campaign in the world of attacks: insights of every sort, and how budgets came to be. */

import type { KeptEvent } from '../../../src/core/history/event-trace.ts';
import type { KeptInsight } from '../../../src/core/history/kept-insight.ts';
import { HOUR, type Millis } from '../../../src/core/units.ts';

export function insightsOf(evil: string, now: Millis): KeptInsight[] {
  const base = {
    rule: 'budget_rebalance',
    kind: 'campaign',
    entity: evil,
    campaign: evil,
    statedAt: now - HOUR,
  };
  const statement = {
    type: evil,
    of: evil,
    value: 7.4,
    low: 2,
    high: 12.9,
    confidence: 94,
    known: true,
    text: evil,
  };
  const came = { applied: false, value: 3.1, chance: 0.9, within: 0.7, because: 'model', at: now } as const;
  return [
    { ...base, id: '0-1-3', status: 'pending', statement, realised: null },
    { ...base, id: '0-1-9', status: 'applied', statement: { ...statement, low: -1 }, realised: came },
    {
      ...base,
      id: '0-1-8',
      status: null,
      statement: { ...statement, low: null, high: null, confidence: null },
      realised: { ...came, value: null, because: 'no_data' },
    },
  ];
}

/** @param event any event, whose place they take */
export function budgetEventsOf(evil: string, event: KeptEvent, now: Millis): KeptEvent[] {
  const created = {
    campaign_id: evil,
    channels: [
      { channel: evil, budget: 100 },
      { channel: 'b', budget: 50 },
    ],
  };
  const base = { ...event, kind: 'campaign' };
  return [
    {
      ...base,
      type: 'action.applied',
      time: now - HOUR,
      data: { action_id: '0-1-9', budgets: [{ channel: evil, budget: 80 }] },
    },
    { ...base, type: 'campaign.created', time: now - 2 * HOUR, data: created },
  ];
}
