/** Gauges of what stands open: counted by rule, told as closed labels, back to 0 when it is over. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StandingMeasure } from '../../src/cli/standing-measure.ts';
import { WeirError } from '../../src/core/errors.ts';
import type { Anomaly } from '../../src/core/history/anomaly.ts';
import type { KeptAction } from '../../src/core/history/kept-action.ts';
import type { History } from '../../src/core/history.ts';
import { HOUR } from '../../src/core/units.ts';
import { PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import { shippedPlan } from '../step/engine-run.ts';

const NOW = Date.UTC(2026, 0, 10, 12);
const plan = shippedPlan();

const anomaly = (more: Partial<Anomaly>) =>
  ({ rule: 'click_burst', name: 'click_burst', severity: 'high', muted: null, ...more }) as Anomaly;
const action = (id: number, hours: number, status = 'pending', rule = 'budget_rebalance') =>
  ({
    id: `0-1-${id}`,
    rule,
    status,
    requestedAt: NOW - hours * HOUR,
    value: { expires_at: NOW + (24 - hours) * HOUR },
  }) as unknown as KeptAction;

function house() {
  const meter = new PrometheusMeter();
  const state = { anomalies: [] as Anomaly[], actions: [] as KeptAction[], away: false };
  const history: Partial<History> = {
    anomalies: async () => {
      if (state.away) throw new WeirError('history_away', 'it is away');
      return { rows: state.anomalies };
    },
    actions: async ({ status }) => ({ rows: state.actions.filter((one) => one.status === status) }),
  };
  const clock = { now: () => NOW, sleep: async () => undefined };
  const measure = new StandingMeasure({ history: history as History, meter, clock, plan: () => plan });
  const told = async (name: string) =>
    (await meter.scrape(false)).text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`))
      .sort();
  return { measure, state, told };
}

test('open anomalies are counted by rule, name and severity; muted ones are left out until the mute is over', async () => {
  const { measure, state, told } = house();
  const muted = (until: number) => ({ by: 'ana', until, comment: null });
  state.anomalies = [
    anomaly({}),
    anomaly({ muted: muted(NOW) }),
    anomaly({ muted: muted(NOW + 1) }),
    anomaly({ rule: 'cpa_spike', name: 'cpa_spike', severity: 'critical', muted: muted(NOW + 1) }),
  ];
  await measure.measure();
  assert.deepEqual(await told('weir_anomaly_active'), [
    'weir_anomaly_active{rule="click_burst",name="click_burst",severity="high"} 2',
  ]);
  state.anomalies = [];
  await measure.measure();
  assert.deepEqual(await told('weir_anomaly_active'), [
    'weir_anomaly_active{rule="click_burst",name="click_burst",severity="high"} 0',
  ]);
});

test('open actions are counted by status; the one that waited longest says how long', async () => {
  const { measure, state, told } = house();
  state.actions = [action(1, 6), action(2, 18), action(3, 1, 'approved'), action(4, 99)];
  await measure.measure();
  assert.deepEqual(await told('weir_actions'), [
    'weir_actions{rule="budget_rebalance",status="approved"} 1',
    'weir_actions{rule="budget_rebalance",status="pending"} 3',
  ]);
  assert.deepEqual(await told('weir_action_waiting_ratio'), [
    'weir_action_waiting_ratio{rule="budget_rebalance"} 1',
  ]);
  state.actions = [action(1, 6)];
  await measure.measure();
  assert.deepEqual(await told('weir_action_waiting_ratio'), [
    'weir_action_waiting_ratio{rule="budget_rebalance"} 0.25',
  ]);
  state.actions = [];
  await measure.measure();
  assert.ok((await told('weir_actions')).every((line) => line.endsWith(' 0')));
});

test('what the rule set does not name, and severities of one’s own, share the label `other`', async () => {
  const { measure, state, told } = house();
  state.anomalies = Array.from({ length: 1000 }, (_, i) =>
    i % 2
      ? anomaly({ rule: `gone_${i}`, name: `n${i}`, severity: `s${i}` })
      : anomaly({ name: `of lead ${i}`, severity: `s${i}` }),
  );
  state.actions = Array.from({ length: 1000 }, (_, i) => action(i, 1, 'pending', `gone_${i}`));
  await measure.measure();
  assert.deepEqual(await told('weir_anomaly_active'), [
    'weir_anomaly_active{rule="other",name="other",severity="other"} 1000',
  ]);
  assert.deepEqual(await told('weir_actions'), ['weir_actions{rule="other",status="pending"} 1000']);
});

test('while the history is away the gauges stay, and it goes on asking', async () => {
  const { measure, state, told } = house();
  state.anomalies = [anomaly({})];
  await measure.measure();
  state.away = true;
  await assert.rejects(measure.measure(), { code: 'history_away' });
  assert.match((await told('weir_anomaly_active')).join(), / 1$/);
  const stop = new AbortController();
  let asked = 0;
  const history: Partial<History> = {
    anomalies: async () => {
      asked += 1;
      if (asked === 3) stop.abort();
      throw new WeirError('history_away', 'it is away');
    },
    actions: async () => ({ rows: [] }),
  };
  const options = { history: history as History, meter: new PrometheusMeter(), plan: () => plan };
  await new StandingMeasure({ ...options, clock: { now: () => NOW, sleep: async () => undefined } }).run(
    stop.signal,
  );
  assert.equal(asked, 3);
});
