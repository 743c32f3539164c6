/** Ids never become labels: 100,000 of them, or WEIR_LABEL_IDS, in every place where one can stand leave the number of series as it was. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WeirError } from '../../src/core/errors.ts';
import { createApp } from '../../src/http/app.ts';
import { PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import { Measure } from '../../src/processor/measure.ts';
import { reportTally } from '../../src/processor/report-tally.ts';
import { decode } from '../../src/step/decode.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { step } from '../../src/step/step.ts';
import { planOf } from '../step/engine-run.ts';

const IDS = Number(process.env.WEIR_LABEL_IDS ?? 100_000);
const START = Date.UTC(2026, 0, 5);

const plan = planOf([
  {
    path: 'weir.yaml',
    text: `timezone: UTC
currency: EUR
entities:
  lead: { key: lead_id }
  campaign: { key: campaign_id }
  channel: { key: [campaign_id, channel] }
  source: { key: source, shared: true }
---
features:
  lead:
    opens: { count: content.opened }
  channel:
    screened: { screen: campaign.click, duplicate: 10s, burst: 30, within: 1m }
  source:
    leads: { count: lead.created }
---
rule: keen
description: Keen
version: 1
for: lead
owner: a@example.com
pick:
  - name: keen
    when: opens > 0
    severity: high
    message: '{{opens}}'
`,
  },
]);

type Fields = Readonly<Record<string, unknown>>;
const NOTED = { time: START };

/** Where somebody outside may write whatever they like. */
const PLACES: Readonly<Record<string, (id: string) => Fields>> = {
  'the type of an event': (id) => ({ ...NOTED, type: id, data: { lead_id: 1 } }),
  'a type that is nearly one of ours': (id) => ({ ...NOTED, type: `lead.created.${id}`, data: {} }),
  'the producer of an event': (id) => ({
    ...NOTED,
    type: 'content.opened',
    source: `/${id}`,
    data: { lead_id: 1, content_id: 'a' },
  }),
  'a lead': (id) => ({ ...NOTED, type: 'content.opened', data: { lead_id: id, content_id: id } }),
  'a source of leads': (id) => ({ ...NOTED, type: 'lead.created', data: { lead_id: 1, source: id } }),
  'a campaign and its channel': (id) => ({
    ...NOTED,
    type: 'campaign.click',
    data: { campaign_id: id, channel: id, click_id: id, cost: 1, currency: 'EUR' },
  }),
  'why a click does not count': (id) => ({
    ...NOTED,
    type: 'campaign.click',
    data: { campaign_id: 'c1', channel: 'a', click_id: id, cost: 1, currency: 'EUR', fraud: id },
  }),
  'a field that refuses the event': (id) => ({ ...NOTED, type: 'content.opened', data: { [id]: id } }),
  'an action': (id) => ({
    ...NOTED,
    type: 'action.approved',
    data: { action_id: `0-1-${id.slice(2)}`, hash: id, by: id, campaign_id: id },
  }),
  'an anomaly': (id) => ({
    ...NOTED,
    type: 'anomaly.muted',
    data: { entity: `lead:${id}`, rule: id, name: id, by: id },
  }),
};

async function series(meter: PrometheusMeter): Promise<string[]> {
  const { text } = await meter.scrape(false);
  return text.split('\n').flatMap((line) => (/^weir_/.test(line) ? [line.split(' ')[0] as string] : []));
}

/** Applies entries as a worker does, with the same measuring. */
function house() {
  const meter = new PrometheusMeter();
  const clock = { now: () => START, sleep: async () => undefined };
  let state = new PartitionState(0, plan, { incarnation: 1 });
  const measure = new Measure(meter, clock, 0);
  let entries = 0;
  const take = (event: Fields) => {
    entries += 1;
    const entry = { id: `${START + entries}-0`, d: JSON.stringify({ id: `e${entries}`, ...event }) };
    const items = decode(entry, state.plan.events, { clock: 'log' });
    for (const item of items) measure.sampled(state, item, () => step(state, entry, item));
    measure.received(state, entry, items, true);
    if (entries % 1000 > 0) return;
    state.collect();
    reportTally(state.tally, meter);
    // what is in memory is another matter than what is in labels
    state = new PartitionState(0, plan, { incarnation: 1 });
  };
  const settle = () => reportTally(state.tally, meter);
  return { meter, take, settle };
}

describe(`${IDS} different ids leave the number of series as it was`, () => {
  for (const [place, eventOf] of Object.entries(PLACES))
    test(place, async () => {
      const { meter, take, settle } = house();
      // enough of each verdict and of each kind that is timed
      for (let i = 0; i < 2000; i++) take(eventOf(`x-${i % 7}`));
      for (let i = 0; i < 2000; i++) take(eventOf(`y-${i}`));
      settle();
      const before = await series(meter);
      assert.ok(before.some((line) => line.startsWith('weir_events_received_total{')));
      for (let i = 0; i < IDS; i++) take(eventOf(`z-${i}`));
      settle();
      assert.deepEqual(await series(meter), before);
    });

  test('the path and the answer of a request', async () => {
    const meter = new PrometheusMeter();
    const app = createApp({
      version: '0',
      plan: () => plan,
      readEntity: async () => undefined,
      readAction: async () => {
        throw new WeirError('redis_away', 'it is away');
      },
      logs: [],
      retention: 86_400_000,
      clock: { now: () => START, sleep: async () => undefined },
      meter,
      isFull: () => false,
      notReady: async () => undefined,
      access: { tokens: () => [], remoteAddress: () => '127.0.0.1' },
    });
    const paths = [
      (id: string) => `/${id}`,
      (id: string) => `/v1/leads/${id}`,
      (id: string) => `/v1/${id}/1`,
      (id: string) => `/v1/actions/0-1-${id.slice(2)}`,
      (id: string) => `/healthz?${id}=${id}`,
    ];
    const ask = async (id: string, i: number) => {
      const path = (paths[i % paths.length] as (id: string) => string)(id);
      await app.request(path, { method: i % 11 ? 'GET' : `X${id.replace('-', '')}` });
    };
    for (let i = 0; i < 200; i++) await ask(`x-${i}`, i);
    const before = await series(meter);
    assert.ok(before.some((line) => line.includes('route="other"')));
    for (let i = 0; i < IDS; i++) await ask(`z-${i}`, i);
    assert.deepEqual(await series(meter), before);
  });
});
