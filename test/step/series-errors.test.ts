/** Forecasts and detectors of any series are held against the step before, in metrics by feature. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR } from '../../src/core/units.ts';
import { TALLIED } from '../../src/processor/report-tally.ts';
import { decode } from '../../src/step/decode.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { step } from '../../src/step/step.ts';
import { planOf } from './engine-run.ts';

const plan = planOf([
  {
    path: 'a.yaml',
    text: `timezone: UTC
entities:
  channel: { key: [campaign_id, channel] }
---
features:
  channel:
    next_spend: { forecast: cost, on: campaign.click, horizon: 1h }
    odd: { anomaly: count, on: campaign.click, step: 1h }
`,
  },
]);

test('errors of the steps that are over, of the model and of the step before', () => {
  const state = new PartitionState(0, plan);
  const start = Date.UTC(2026, 0, 5);
  for (let hour = 0; hour < 60; hour++)
    for (let click = 0; click < (hour % 2 === 0 ? 4 : 2); click++) {
      const time = start + hour * HOUR + click * 1_000;
      const event = { type: 'campaign.click', time, campaign_id: 'c', channel: 'a', cost: 2 };
      const entry = { id: `${hour + 1}-${click}`, d: JSON.stringify(event) };
      for (const item of decode(entry, plan.events, { clock: 'log' })) step(state, entry, item);
    }
  const counted = new Map<string, number>();
  for (const { metric, labels, amount } of state.tally.take()) {
    assert.ok(TALLIED[metric], metric);
    const name = [metric, ...labels].join(' ').trimEnd();
    counted.set(name, (counted.get(name) ?? 0) + amount);
  }
  assert.equal(counted.get('weir_series_steps_total channel.odd'), 58);
  // every hour has two clicks more or less than the one before
  assert.equal(counted.get('weir_series_error_total channel.odd last_step'), 116);
  assert.ok((counted.get('weir_series_error_total channel.odd model') as number) < 90);
  const foretold = counted.get('weir_series_steps_total channel.next_spend') as number;
  assert.equal(counted.get('weir_series_error_total channel.next_spend last_step'), 4 * foretold);
  assert.ok((counted.get('weir_series_error_total channel.next_spend model') as number) > 0);
});
