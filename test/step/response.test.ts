/** `forecast: cpa` in a partition: fed by events, told at the end of each hour, the same after every restart. */

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
const plan = planOf([
  {
    path: 'config/weir.yaml',
    text: 'timezone: Europe/Madrid\nentities: { campaign: { key: campaign_id }, channel: { key: [campaign_id, channel] } }\n',
  },
  {
    path: 'config/rules.yaml',
    text: `
features:
  channel:
    timezone: { last: timezone, on: [campaign.created, campaign.updated], each: channels }
    usual: { calc: '0.05' }
    response: { forecast: cpa, horizon: 1h, on: campaign.click, spent: cost, where: cost < 50,
                outcome: campaign.application, match: click_id, prior: usual }
  campaign:
    channels: { rows: [channel, response], of: channel, by: campaign_id }
---
rule: dear
description: d
owner: o
version: 1
for: channel
when: response.hours > 3
value: response.value > 12
---
rule: known
description: d
owner: o
version: 1
for: campaign
every: hour
value: $count(channels[response.hours > 3])
`,
  },
]);

function story(hours: number, seed = 1): MarketEvent[] {
  const market = new Market(
    'c1',
    [
      { channel: 'jooble', clickCost: 0.4, scale: 20, rate: () => 0.08 },
      { channel: 'indeed', clickCost: 0.8, scale: 30, rate: () => 0.05 },
    ],
    seed,
  );
  const events: MarketEvent[] = [
    {
      id: 'c',
      type: 'campaign.created',
      time: START,
      campaign_id: 'c1',
      daily_budget: 500,
      currency: 'EUR',
      timezone: 'Europe/Madrid',
      channels: [{ channel: 'jooble' }, { channel: 'indeed' }],
    },
  ];
  for (let h = 0; h < hours; h++) events.push(...market.hour(START + h * HOUR, () => 10));
  return events;
}

const entriesOf = (events: readonly object[]) =>
  events.map((event, i) => ({ id: `${i + 1}-0`, d: JSON.stringify(event) }));

function fold(events: readonly object[], each?: (state: PartitionState) => void): PartitionState {
  const state = new PartitionState(0, plan, { incarnation: 1 });
  for (const entry of entriesOf(events)) {
    for (const item of decode(entry, plan.events, { clock: 'log' })) step(state, entry, item);
    each?.(state);
  }
  return state;
}

function responseOf(state: PartitionState, channel: string) {
  const entity = state.entities.get(`channel:c1/${channel}`);
  return entity?.slots[entity.kind.slotOf.get('response') as number] as Record<string, number> | undefined;
}

const tick = (time: number) => ({ type: 'tick', time });

describe('a feature `forecast: cpa`', () => {
  it('is told at the end of each hour, and constant until the next', () => {
    const values = new Map<number, Set<string>>();
    fold([...story(30), tick(START + 30 * HOUR)], (state) => {
      const hour = Math.floor(state.streamTime / HOUR);
      const told = values.get(hour) ?? new Set();
      values.set(hour, told.add(JSON.stringify(responseOf(state, 'jooble')) ?? 'absent'));
    });
    for (const [hour, told] of values) assert.equal(told.size, 1, `hour ${hour} has ${told.size} values`);
    assert.ok(new Set([...values.values()].flatMap((told) => [...told])).size > 25);
  });

  it('finds out what clicks and applications cost', () => {
    const state = fold([...story(24 * 7), tick(START + 24 * 7 * HOUR)]);
    const { value, low, high, hours, rate } = responseOf(state, 'jooble') as Record<string, number>;
    assert.ok(Math.abs((value as number) - (0.4 * 1.5) / 0.08) < 2, `CPA ${value}`);
    assert.ok((low as number) < (value as number) && (value as number) < (high as number));
    assert.ok((hours as number) > 160, `${hours} hours`);
    assert.ok(Math.abs((rate as number) - 0.08) < 0.02, `rate ${rate}`);
  });

  it('leaves out clicks for which `where` does not hold', () => {
    const absurd = Array.from({ length: 50 }, (_, i) => ({
      id: `x${i}`,
      type: 'campaign.click',
      time: START + 5 * HOUR + i,
      campaign_id: 'c1',
      channel: 'jooble',
      cost: 90,
    }));
    const events = [...story(24), ...absurd].sort((a, b) => a.time - b.time);
    const clean = fold([...story(24), tick(START + 24 * HOUR)]);
    const state = fold([...events, tick(START + 24 * HOUR)]);
    assert.deepEqual(responseOf(state, 'jooble'), responseOf(clean, 'jooble'));
  });

  it('goes on the same after a restart anywhere, and from its record', () => {
    const log = entriesOf([...story(24), tick(START + 24 * HOUR)]);
    const whole = new DurablePartition(0, plan);
    const broken = new DurablePartition(0, plan);
    for (const [i, entry] of log.entries()) {
      whole.apply(entry);
      broken.apply(entry);
      if (i % 7 === 0) broken.commit();
      if (i % 23 === 0) broken.die();
    }
    const slots = (partition: DurablePartition) => partition.entities.get('channel:c1/indeed')?.slots;
    assert.deepEqual(slots(broken), slots(whole));
    const channel = whole.entities.get('channel:c1/indeed');
    assert.ok(channel);
    const record = encodeEntity(channel);
    const again = decodeEntity(plan, channel.key, record, new Map(), whole.streamTime);
    assert.deepEqual(again.slots, channel.slots);
    assert.equal(again.due, channel.due);
    assert.equal(encodeEntity(again), record);
    assert.ok(record.length < 6_000, `${record.length} characters`);
  });

  it('is explained without its curve, and says when it changes', () => {
    const decisions: string[] = [];
    const state = fold([...story(24), tick(START + 24 * HOUR)], (now) =>
      decisions.push(...now.collect().out.map(([text]) => text)),
    );
    const channel = state.entities.get('channel:c1/jooble');
    assert.ok(channel);
    const [explained] = explain(channel, state.streamTime, new Map());
    assert.deepEqual(explained?.next_change, {
      at: new Date(START + 25 * HOUR).toISOString(),
      because: 'response',
    });
    const read = explained?.reasons[0]?.inputs.response?.now as { value: unknown } | undefined;
    assert.equal(typeof read?.value, 'number');
    assert.ok(!JSON.stringify(explained).includes('curve'));
    assert.ok(decisions.length > 1 && decisions.every((text) => !text.includes('curve')));
    assert.ok('curve' in (responseOf(state, 'jooble') as object));
  });

  it('wakes what reads it one second into the hour, where that runs by the hour', () => {
    const times: number[] = [];
    fold([...story(8), tick(START + 8 * HOUR)], (now) => {
      for (const [text] of now.collect().out) {
        const { rule, time } = JSON.parse(text) as { rule: string; time: number };
        if (rule === 'known') times.push((time - START) % HOUR);
      }
    });
    assert.deepEqual(
      times.slice(1),
      times.slice(1).map(() => 1000),
    );
    assert.ok(times.length >= 2);
  });

  it('counts its errors beside those of the simple forecasts', () => {
    const state = fold([...story(24 * 4), tick(START + 24 * 4 * HOUR)]);
    const counted = new Map(
      state.tally.take().map(({ metric, labels, amount }) => [[metric, ...labels].join(' ').trim(), amount]),
    );
    assert.ok((counted.get('weir_forecast_hours_total channel.response') as number) > 100);
    const error = (by: string) =>
      counted.get(`weir_forecast_squared_error_total channel.response ${by}`) as number;
    for (const by of ['last_hour', 'average', 'yesterday'])
      assert.ok(error('model') < error(by), `${by}: ${error(by)}`);
  });
});
