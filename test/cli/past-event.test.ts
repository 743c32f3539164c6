/** Events of a history on their way into another deployment: actions that nobody knows there come as budgets. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PastEventReader } from '../../src/cli/import/past-event.ts';
import type { PastEvent } from '../../src/core/history/past-events.ts';

let made = 0;
const event = (type: string, data: object, asked?: PastEvent['asked']): PastEvent => ({
  ...{ id: `e${++made}`, source: 's', type, time: made },
  data: data as PastEvent['data'],
  ...(asked && { asked }),
});
const asked = (budgets: Record<string, number>) => ({
  campaign: 'c1',
  budgets: Object.entries(budgets).map(([channel, budget]) => ({ channel, budget, from: 0 })),
});

test('what was applied is a change of the campaign with all its channels', () => {
  const reader = new PastEventReader();
  const created = event('campaign.created', {
    ...{ campaign_id: 'c1', daily_budget: 100 },
    channels: [{ channel: 'a', budget: 40, min_share: 0.1 }, { channel: 'b' }, { channel: 'c' }],
  });
  assert.deepEqual(reader.read(created), created);
  const rows = (one: ReturnType<PastEventReader['read']>) => [one?.type, one?.data.channels];
  // as it was asked for
  assert.deepEqual(rows(reader.read(event('action.applied', {}, asked({ a: 50, b: 20 })))), [
    'campaign.updated',
    [
      { channel: 'a', budget: 50, min_share: 0.1 },
      { channel: 'b', budget: 20 },
      { channel: 'c', budget: 30 },
    ],
  ]);
  // as the platform reported it
  const reported = event('action.applied', { budgets: [{ channel: 'b', budget: 15 }] }, asked({ b: 99 }));
  assert.deepEqual(rows(reader.read(reported)), [
    'campaign.updated',
    [
      { channel: 'a', budget: 50, min_share: 0.1 },
      { channel: 'b', budget: 15 },
      { channel: 'c', budget: 30 },
    ],
  ]);
});

test('what is about actions and anomalies of that deployment is left out, and so is what names no campaign', () => {
  const reader = new PastEventReader();
  for (const type of ['action.approved', 'action.failed', 'anomaly.muted'])
    assert.equal(reader.read(event(type, {})), undefined);
  assert.equal(reader.read(event('action.applied', {})), undefined);
  assert.equal(reader.read(event('action.applied', {}, asked({ a: 1 }))), undefined);
  assert.equal(reader.read(event('action.applied', { budgets: [] }, asked({}))), undefined);
});
