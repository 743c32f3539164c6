/** What budgets were: agreed ones and applied ones in one order. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KeptEvent } from '../../../src/core/history/event-trace.ts';
import { budgetHistory } from '../../../src/http/ui/budget-history.ts';

const event = (time: number, type: string, data: object): KeptEvent => ({
  ...{ partition: 0, entry: `${time}-0`, item: 0, id: `e${time}`, source: '/x', type, time },
  ...{ kind: 'campaign', entity: 'c1', repeated: false, orphaned: false },
  data: data as KeptEvent['data'],
});
const row = (channel: string, budget?: number) => ({ channel, ...(budget !== undefined && { budget }) });

describe('budgets over time', () => {
  it('follow what was agreed and what was applied', () => {
    const events = [
      event(5, 'campaign.updated', { channels: [row('a', 10)] }),
      event(4, 'campaign.updated', { daily_budget: 9 }),
      event(3, 'action.applied', { action_id: '0-1-9', budgets: [row('c', 5), row('a', 75)] }),
      event(2, 'action.applied', { action_id: '0-1-3', budgets: [row('b', 70)] }),
      event(1, 'campaign.created', { channels: [row('a', 80), row('b', 50), row('unnamed')] }),
    ];
    const found = budgetHistory(events).map(({ time, action, budgets }) => [
      time,
      action,
      Object.fromEntries(budgets),
    ]);
    assert.deepEqual(found, [
      [1, undefined, { a: 80, b: 50 }],
      [2, '0-1-3', { a: 80, b: 70 }],
      [3, '0-1-9', { a: 75, b: 70, c: 5 }],
      [5, undefined, { a: 10, b: 0, c: 0 }],
    ]);
  });

  it('say nothing of an action without budgets, and survive lists of anything', () => {
    const events = [
      event(2, 'action.applied', { action_id: '0-1-4' }),
      event(1, 'campaign.created', { channels: [null, 3, { channel: 4, budget: 1 }, row('a', 1)] }),
    ];
    const found = budgetHistory(events).map(({ time, budgets }) => [time, [...budgets]]);
    assert.deepEqual(found, [[1, [['a', 1]]]]);
  });
});
