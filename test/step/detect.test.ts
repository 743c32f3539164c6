/** `anomaly:` and `forecast:` in a partition: fed by events, judged by the response, the same after every restart. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decode } from '../../src/step/decode.ts';
import { explain } from '../../src/step/explain.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { decodeEntity, encodeEntity } from '../../src/step/record.ts';
import { step } from '../../src/step/step.ts';
import { DurablePartition } from './durable-partition.ts';
import { planOf } from './engine-run.ts';
import { HOUR, Market, type MarketEvent } from './market-story.ts';

const START = Date.UTC(2026, 0, 5);
const MINUTE = 60_000;
const SETTINGS =
  'timezone: Europe/Madrid\nentities: { campaign: { key: campaign_id }, channel: { key: [campaign_id, channel] } }\n';
const plan = planOf([
  { path: 'config/weir.yaml', text: SETTINGS },
  {
    path: 'config/rules.yaml',
    text: `
features:
  channel:
    response: { forecast: cpa, horizon: 1h, on: campaign.click, spent: cost, outcome: campaign.application, match: click_id }
    dear: { anomaly: click_cost, given: response, on: campaign.click, spent: cost }
    traffic: { anomaly: clicks, given: response, on: campaign.click, spent: cost }
    worth: { anomaly: applications, given: response, on: campaign.click, outcome: campaign.application }
    repeated: { anomaly: repeats, given: response, on: campaign.click, same: ip_address }
  campaign:
    money: { anomaly: cost, on: campaign.click, step: 1h }
    visits: { anomaly: count, on: campaign.click }
    next: { forecast: cost, on: campaign.click, horizon: 1h }
---
rule: trouble
description: d
owner: o
version: 1
for: channel
pick:
  - { name: dear_clicks, when: dear.active, until: $not(dear.active), seen: '{{dear.seen}} instead of {{dear.expected}}' }
  - { name: outage, when: traffic.active and traffic.type = "low", until: $not(traffic.active) }
  - { name: few_applications, when: worth.active, until: $not(worth.active) }
  - { name: repeated_clicks, when: repeated.active, until: $not(repeated.active) }
`,
  },
]);

type Spend = (channel: string, hour: number) => number;
const STEADY: Spend = () => 12;

/** Hours of a market; from `dearFrom` on a click of indeed costs five times as much. */
function story(hours: number, dearFrom = Number.POSITIVE_INFINITY, spend: Spend = STEADY): MarketEvent[] {
  const sellers = (cost: number) => [
    { channel: 'jooble', clickCost: 0.4, scale: 20, rate: () => 0.08 },
    { channel: 'indeed', clickCost: 0.3 * cost, scale: 60, rate: () => 0.05 },
  ];
  const [usual, dear] = [new Market('c1', sellers(1), 1), new Market('c1x', sellers(5), 2)];
  const events: MarketEvent[] = [];
  for (let h = 0; h < hours; h++) {
    const start = START + h * HOUR;
    const spent = (channel: string) => spend(channel, h);
    const isDear = h >= dearFrom;
    events.push(...usual.hour(start, (channel) => (isDear && channel === 'indeed' ? 0 : spent(channel))));
    if (isDear)
      for (const event of dear.hour(start, (channel) => (channel === 'indeed' ? spent(channel) : 0)))
        events.push({ ...event, campaign_id: 'c1' });
  }
  const sorted = events.sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
  return sorted.map((event, i) => ({ ...event, ip_address: `10.${i % 200}.${i % 7}.9` }));
}

const entriesOf = (events: readonly object[]) =>
  events.map((event, i) => ({ id: `${i + 1}-0`, d: JSON.stringify(event) }));
const tick = (time: number) => ({ type: 'tick', time });

interface Told {
  readonly entity: string;
  readonly time: number;
  readonly names: readonly string[];
  readonly text: string;
}

function fold(events: readonly object[], rules = plan): { state: PartitionState; told: Told[] } {
  const state = new PartitionState(0, rules, { incarnation: 1 });
  const told: Told[] = [];
  const entries = entriesOf(events);
  for (const [i, entry] of entries.entries()) {
    for (const item of decode(entry, rules.events, { clock: 'log' })) step(state, entry, item);
    if (i % 200 !== 0 && i < entries.length - 1) continue;
    for (const [text] of state.collect().out) {
      const { entity, time, value } = JSON.parse(text);
      told.push({
        entity,
        time: time,
        names: value.map((line: { name: string }) => line.name),
        text,
      });
    }
  }
  return { state, told };
}

function featureOf(state: PartitionState, key: string, name: string) {
  const entity = state.entities.get(key);
  return entity?.slots[entity.kind.slotOf.get(name) as number] as Record<string, number> | undefined;
}

describe('features `anomaly:` and `forecast:`', () => {
  it('are quiet in a calm week, and know what is usual', () => {
    const end = START + 24 * 6 * HOUR;
    const { state, told } = fold([...story(24 * 6), tick(end)]);
    assert.deepEqual(
      told.filter(({ names }) => names.length > 0),
      [],
    );
    for (const name of ['dear', 'traffic', 'worth', 'repeated'])
      assert.equal(featureOf(state, 'channel:c1/indeed', name)?.active, false, name);
    const next = featureOf(state, 'campaign:c1', 'next') as Record<string, number>;
    assert.ok(Math.abs((next.value as number) - 24) < 6, `${next.value} next hour`);
    assert.equal(featureOf(state, 'campaign:c1', 'money')?.active, false);
  });

  it('notice dearer clicks within minutes, on that channel alone, and say so', () => {
    const from = 24 * 5 + 3;
    const { told } = fold([...story(from + 3, from), tick(START + (from + 3) * HOUR)]);
    const lines = told.filter(({ names }) => names.includes('dear_clicks'));
    const [first] = lines;
    assert.ok(first);
    const minutes = (first.time - START - from * HOUR) / MINUTE;
    assert.ok(minutes > 0 && minutes <= 20, `after ${minutes} minutes`);
    assert.ok(lines.every(({ entity }) => entity === 'c1/indeed'));
    assert.match(first.text, /"seen":"[\d.]+ instead of [\d.]+"/);
    assert.ok(!first.text.includes('curve'));
  });

  it('notice an outage from time alone', () => {
    const from = 24 * 5 + 11;
    const spend: Spend = (channel, hour) => (channel === 'jooble' && hour >= from ? 0 : 12);
    const { told } = fold([...story(from + 3, undefined, spend), tick(START + (from + 3) * HOUR)]);
    const first = told.find(({ names }) => names.includes('outage'));
    assert.equal(first?.entity, 'c1/jooble');
    const minutes = ((first?.time ?? 0) - START - from * HOUR) / MINUTE;
    assert.ok(minutes > 0 && minutes <= 90, `after ${minutes} minutes`);
  });

  it('notice clicks of one network, of which nothing is kept but a number', () => {
    const from = START + 24 * 5 * HOUR;
    const burst = Array.from({ length: 60 }, (_, i) => ({
      id: `b${i}`,
      type: 'campaign.click',
      time: from + i * 20_000,
      campaign_id: 'c1',
      channel: 'jooble',
      cost: 0.9,
      ip_address: '203.0.113.7',
    }));
    const { state, told } = fold([...story(24 * 5), ...burst, tick(from + 30 * MINUTE)]);
    assert.equal(told.find(({ names }) => names.includes('repeated_clicks'))?.entity, 'c1/jooble');
    const record = encodeEntity(state.entities.get('channel:c1/jooble') as never);
    assert.ok(!record.includes('203.0.113'));
  });

  it('learn the same with a few clicks that do not count among the others', () => {
    const counted = "where: '$not($exists(fraud))'";
    const filtered = planOf([
      { path: 'config/weir.yaml', text: SETTINGS },
      {
        path: 'config/rules.yaml',
        text: `
features:
  channel:
    response: { forecast: cpa, horizon: 1h, on: campaign.click, spent: cost, outcome: campaign.application, match: click_id, ${counted} }
    dear: { anomaly: click_cost, given: response, on: campaign.click, spent: cost, ${counted} }
    traffic: { anomaly: clicks, given: response, on: campaign.click, spent: cost, usual: '$not($exists(fraud))' }
    worth: { anomaly: applications, given: response, on: campaign.click, outcome: campaign.application, ${counted} }
    repeated: { anomaly: repeats, given: response, on: campaign.click, same: ip_address, ${counted} }
`,
      },
    ]);
    const plain = story(24 * 5);
    const odd = plain
      .filter(({ type }, i) => type === 'campaign.click' && i % 40 === 0)
      .map((event) => ({
        ...event,
        id: `${event.id}-odd`,
        click_id: `${event.id}-odd`,
        fraud: 'bot',
        cost: 7,
      }));
    const learned = (events: readonly MarketEvent[]) => {
      const log = [...events].sort((a, b) => a.time - b.time);
      const { state } = fold([...log, tick(START + 24 * 5 * HOUR)], filtered);
      return ['channel:c1/jooble', 'channel:c1/indeed'].map((key) => {
        const entity = state.entities.get(key);
        const watched = (name: string) =>
          structuredClone(entity?.states[entity.kind.nodes.find((node) => node.name === name)?.state ?? -1]);
        const { bias, cost } = (watched('traffic') as { watched: Record<string, unknown> }).watched;
        return [watched('response'), watched('dear'), watched('worth'), watched('repeated'), bias, cost];
      });
    };
    assert.deepEqual(learned([...plain, ...odd]), learned(plain));
  });

  it('go on the same after a restart anywhere, and from the record', () => {
    const log = entriesOf([...story(24 * 4).slice(-1500), tick(START + 24 * 4 * HOUR)]);
    const whole = new DurablePartition(0, plan);
    const broken = new DurablePartition(0, plan);
    for (const [i, entry] of log.entries()) {
      whole.apply(entry);
      broken.apply(entry);
      if (i % 7 === 0) broken.commit();
      if (i % 97 === 0) broken.die();
    }
    for (const key of ['channel:c1/indeed', 'campaign:c1']) {
      assert.deepEqual(broken.entities.get(key)?.slots, whole.entities.get(key)?.slots);
      const entity = whole.entities.get(key);
      assert.ok(entity);
      const record = encodeEntity(entity);
      const again = decodeEntity(plan, entity.key, record, new Map(), whole.streamTime);
      assert.deepEqual(again.slots, entity.slots);
      assert.equal(again.due, entity.due);
      assert.equal(encodeEntity(again), record);
      assert.ok(record.length < 24_000, `${record.length} characters`);
    }
  });

  it('are explained with when they change', () => {
    const { state } = fold([...story(30), tick(START + 30 * HOUR)]);
    const channel = state.entities.get('channel:c1/jooble');
    assert.ok(channel);
    const [explained] = explain(channel, state.streamTime, new Map());
    // nothing can alarm before the hour is over
    assert.equal(explained?.next_change?.at, new Date(START + 31 * HOUR).toISOString());
    assert.ok(!JSON.stringify(explained).includes('curve'));
  });
});
