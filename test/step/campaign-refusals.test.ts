/** Money that cannot be: two currencies in one campaign, amounts that nobody pays; and parts that vanish. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode } from '../../src/step/decode.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { step } from '../../src/step/step.ts';
import { reachedKeys, touchedKeys } from '../../src/step/touched-keys.ts';
import { runEngine, shippedPlan } from './engine-run.ts';

const plan = shippedPlan();
const START = Date.UTC(2026, 0, 5, 8);
let count = 0;

function entry(type: string, data: object): { id: string; d: string } {
  count += 1;
  const event = { id: `e${count}`, type, time: START + count, data: { campaign_id: 'c1', ...data } };
  return { id: `${count}-0`, d: JSON.stringify(event) };
}

const CHANNELS = [
  { channel: 'jooble', budget: 6 },
  { channel: 'indeed', budget: 4 },
];
const CREATED = entry('campaign.created', { daily_budget: 10, currency: 'EUR', channels: CHANNELS });

test('an event in another currency than its campaign is a dead letter, and changes nothing', () => {
  const before = runEngine(plan, [CREATED]);
  for (const other of [
    entry('campaign.click', { channel: 'jooble', cost: 1, currency: 'USD' }),
    entry('campaign.updated', { currency: 'USD', channels: CHANNELS }),
    entry('campaign.budget_reported', { channel: 'jooble', spend: 3, currency: 'GBP' }),
  ]) {
    const { dead, entities } = runEngine(plan, [CREATED, other]);
    const [letter] = dead as { reason: string; problem?: string }[];
    assert.equal(letter?.reason, 'currency_mix');
    assert.match(letter?.problem ?? '', /and c\w+ c1(\/jooble)? has EUR/);
    assert.deepEqual(entities.get('campaign:c1')?.features.daily_budget, 10);
    assert.deepEqual([...entities], [...before.entities]);
  }
  assert.deepEqual(
    runEngine(plan, [CREATED, entry('campaign.click', { channel: 'jooble', cost: 1, currency: 'EUR' })]).dead,
    [],
  );
});

test('before its campaign is known an event may name the usual currency, and no other', () => {
  const early = (currency?: string) =>
    entry('campaign.click', { channel: 'jooble', cost: 2, ...(currency && { currency }) });
  const spent = (log: { id: string; d: string }[]) => {
    const { dead, entities } = runEngine(plan, log);
    const reasons = (dead as { reason: string }[]).map(({ reason }) => reason);
    return [reasons, entities.get('channel:c1/jooble')?.features.spend_1d];
  };
  // refused, so that nothing of it is in the sums of the campaign that comes
  assert.deepEqual(spent([early('USD'), CREATED]), [['currency_mix'], 0]);
  assert.deepEqual(spent([early('EUR'), early(), CREATED]), [[], 4]);
  // the campaign itself says what it has
  const dollars = entry('campaign.created', { daily_budget: 10, currency: 'USD', channels: CHANNELS });
  assert.deepEqual(spent([early('USD'), dollars, early('USD')]), [['currency_mix'], 2]);
});

test('amounts that are negative or beyond what weir.yaml believes are dead letters', () => {
  for (const [cost, words] of [
    [-1, /without sign/],
    [1000.01, /is more than 1000, the largest that weir.yaml allows/],
    ['1e3', /without sign or exponent/],
  ] as const) {
    const { dead } = runEngine(plan, [entry('campaign.click', { channel: 'jooble', cost })]);
    const [letter] = dead as { reason: string; problem?: string }[];
    assert.equal(letter?.reason, 'bad_money');
    assert.match(letter?.problem ?? '', words);
  }
  assert.deepEqual(runEngine(plan, [entry('campaign.click', { channel: 'jooble', cost: 1000 })]).dead, []);
});

test('whoever applies an update loads the channels that it reaches without naming them', () => {
  const { state } = runEngine(plan, [CREATED]);
  const records = new Map(
    [...state.entities]
      .map(([key, entity]) => [key, entity] as const)
      .filter(([key]) => key.startsWith('channel:')),
  );
  assert.equal(records.size, 2);
  const update = entry('campaign.updated', { channels: [{ channel: 'jooble', budget: 10 }] });
  for (const item of decode(update, plan.events, { clock: 'log' })) {
    const named = new Set<string>();
    touchedKeys(plan, item, named);
    assert.deepEqual([...named].sort(), ['campaign:c1', 'channel:c1/jooble']);
    const reached = new Set<string>();
    reachedKeys(state, item, reached);
    assert.deepEqual([...reached], ['channel:c1/indeed']);
    step(state, update, item);
  }
  const budgetOf = (key: string) => {
    const entity = state.alive(key);
    return entity?.slots[entity.kind.slotOf.get('budget') as number];
  };
  assert.deepEqual([budgetOf('channel:c1/jooble'), budgetOf('channel:c1/indeed')], [10, 0]);
  // nothing is known of a campaign that nobody announced
  const blank = new PartitionState(0, plan);
  for (const item of decode(update, plan.events, { clock: 'log' })) {
    const reached = new Set<string>();
    reachedKeys(blank, item, reached);
    assert.deepEqual([...reached], []);
  }
});
