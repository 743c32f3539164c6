/** `fraud.flagged` about a click of before: what it counts for afterwards, under the shipped rules. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Responding } from '../../src/step/respond.ts';
import { DurablePartition } from './durable-partition.ts';
import { runEngine, shippedPlan } from './engine-run.ts';

const START = Date.UTC(2026, 0, 5, 9);
const HOUR = 3_600_000;
const plan = shippedPlan();

type Fields = Readonly<Record<string, unknown>>;

/** A campaign with clicks k0, k1 … of one euro, one every six minutes, in turn on two channels; then what is said. */
function told(events: readonly Fields[], clicks = 40, isOdd: (index: number) => boolean = () => false) {
  const created = {
    type: 'campaign.created',
    time: START,
    campaign_id: 'c1',
    daily_budget: 100,
    currency: 'EUR',
    channels: [{ channel: 'a' }, { channel: 'b' }],
  };
  const all = [
    created,
    ...Array.from({ length: clicks }, (_, i) => ({
      id: `k${i}`,
      type: 'campaign.click',
      time: START + i * 360_000 + 500,
      campaign_id: 'c1',
      channel: i % 2 === 0 ? 'a' : 'b',
      click_id: `k${i}`,
      job_title: 'Nurse',
      cost: 1,
      ...(isOdd(i) && { fraud: 'farm' }),
    })),
    ...events.map((event, i) => ({
      id: `said ${i}`,
      type: 'fraud.flagged',
      campaign_id: 'c1',
      subject: 'click',
      time: START + clicks * 360_000 + i,
      ...event,
    })),
  ];
  return all.map((event, i) => ({ id: `${i + 1}-0`, d: JSON.stringify(event) }));
}

type Log = ReturnType<typeof told>;

function applied(log: Log): DurablePartition {
  const partition = new DurablePartition(0, plan);
  for (const [i, entry] of log.entries()) {
    partition.apply(entry);
    if (i % 5 === 0) partition.commit();
    if (i % 13 === 0) partition.die();
  }
  return partition;
}

function values(
  partition: Pick<DurablePartition, 'entities'>,
  key: string,
  names: readonly string[],
): Fields {
  const entity = partition.entities.get(key);
  return Object.fromEntries(
    names.map((name) => [name, entity?.slots[entity.kind.slotOf.get(name) as number]]),
  );
}

const COUNTS = ['clicks_1h', 'clicks_1d', 'screened_1d', 'screened_cost_1d', 'spend_1d', 'screened_why_1h'];

test('a flagged click is screened instead of counted, on its channel and its campaign; it was paid all the same', () => {
  const partition = applied(told([{ click_id: 'k38', reason: 'bot' }, { click_id: 'k3' }]));
  assert.deepEqual(values(partition, 'channel:c1/a', COUNTS), {
    clicks_1h: 3,
    clicks_1d: 19,
    screened_1d: 1,
    screened_cost_1d: 1,
    spend_1d: 20,
    screened_why_1h: { bot: 1 },
  });
  assert.deepEqual(values(partition, 'channel:c1/b', COUNTS), {
    clicks_1h: 5,
    clicks_1d: 19,
    screened_1d: 1,
    screened_cost_1d: 1,
    spend_1d: 20,
    screened_why_1h: {},
  });
  assert.deepEqual(values(partition, 'campaign:c1', ['clicks_1d', 'spend_1d', 'clicks_by_title']), {
    clicks_1d: 38,
    spend_1d: 40,
    // by what is not kept of a click it stays counted
    clicks_by_title: { Nurse: 40 },
  });
});

test('said again, of a click that did not count, of one that nobody knows or of another campaign: nothing changes', () => {
  const odd = (index: number) => index === 5;
  const once = applied(told([{ click_id: 'k1' }], 40, odd));
  const log = told(
    [
      { click_id: 'k1' },
      { click_id: 'k1', reason: 'bot' },
      { click_id: 'k1', channel: 'b' },
      { click_id: 'k1', channel: 'a' },
      { click_id: 'k5' },
      { click_id: 'x' },
      { click_id: 'k2', campaign_id: 'c2' },
      { click_id: 'k2', channel: 'c' },
      { click_id: 'k2', lead_id: '7' },
      { subject: 'click' },
    ],
    40,
    odd,
  );
  const often = applied(log);
  for (const key of ['channel:c1/a', 'channel:c1/b', 'campaign:c1'])
    assert.deepEqual(
      values(often, key, ['clicks_1d', 'screened_1d']),
      values(once, key, ['clicks_1d', 'screened_1d']),
    );
  assert.deepEqual(values(once, 'campaign:c1', ['clicks_1d']), { clicks_1d: 38 });
  const outcomes = runEngine(plan, log)
    .state.tally.take()
    .filter(({ metric }) => metric === 'weir_clicks_flagged_total')
    .map(({ labels, amount }) => [labels[0], amount]);
  assert.deepEqual(outcomes.sort(), [
    ['again', 3],
    ['taken_back', 1],
    ['unknown', 4],
  ]);
});

test('nothing is expected of it any more, whether its hour is over or not', () => {
  const evidence = (said: readonly Fields[]) => {
    const late = { type: 'campaign.click', click_id: 'z', channel: 'b', cost: 1, time: START + 6 * HOUR };
    const { state } = runEngine(plan, told([...said, late]));
    const entity = state.entities.get('channel:c1/a');
    const node = entity?.kind.nodes.find(({ name }) => name === 'response');
    const { learned } = (entity?.states ?? [])[node?.state ?? -1] as Responding;
    const hour = (h: number) => learned.clicks[(START / HOUR + h) % learned.clicks.length];
    return { hours: [0, 1, 2, 3].map(hour), rate: learned.rate };
  };
  const [plain, flagged] = [evidence([]), evidence([{ click_id: 'k2' }, { click_id: 'k38' }])];
  assert.deepEqual(
    [plain.hours, flagged.hours],
    [
      [5, 5, 5, 5],
      [4, 5, 5, 4],
    ],
  );
  assert.notDeepEqual(flagged.rate, plain.rate);
});
