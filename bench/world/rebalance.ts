/** How long one decision about a budget takes: the rule as it runs, on a campaign of so many channels. */

import { readConfig } from '../../src/cli/read-config.ts';
import { HOUR, type Millis } from '../../src/core/units.ts';
import type { ResponseForecast } from '../../src/models/market/response-forecast.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import type { KindPlan, Plan } from '../../src/rules/plan.ts';
import type { RuleNode } from '../../src/rules/plan-node.ts';
import { entityFrame } from '../../src/step/node-value.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import type { Result } from '../../src/step/result.ts';
import { runRule } from '../../src/step/run-rule.ts';
import { median } from '../quantile.ts';

/** Those before are not counted: a weir that runs has been compiled long ago. */
const [WARMING, ROUNDS] = [20, 15] as const;
/** A Monday just after midnight, when all hours of the day are still to be planned. */
const MIDNIGHT: Millis = Date.UTC(2026, 0, 5, 0, 0, 1);
const EUROS_A_CHANNEL = 100;

/**
 * Milliseconds of CPU of one run of `budget_rebalance`, the median of fifteen in turn for each size.
 * @param folder of the rules; limits that hold for a few channels cannot be met by a thousand, so without them
 */
export function rebalanceMs(folder: string, sizes: readonly number[]): number[] {
  const loaded = loadRuleSet(readConfig(folder));
  if (!loaded.ok) throw new Error(`${folder}: ${loaded.problems.length} problems in the rules`);
  const { plan } = loaded;
  const campaigns = sizes.map((size) => new Map(Object.entries(campaignOf(size))));
  const times: number[][] = sizes.map(() => []);
  for (let round = -WARMING; round < ROUNDS; round++)
    campaigns.forEach((values, i) => {
      const time = timeOf(plan, values, MIDNIGHT + round * 24 * HOUR);
      if (round >= 0) times[i]?.push(time);
    });
  return times.map(median);
}

/** Everything is there when the clock starts: what is measured is the rule, its proposal and its decision. */
function timeOf(plan: Plan, values: ReadonlyMap<string, unknown>, now: Millis): number {
  const kind = plan.kindOf.get('campaign') as KindPlan;
  const node = kind.nodes.find((other): other is RuleNode => other.name === 'budget_rebalance') as RuleNode;
  const state = new PartitionState(0, plan);
  state.streamTime = now;
  const entity = state.entity('campaign', 'c1');
  for (const [name, value] of values) entity.slots[kind.slotOf.get(name) as number] = value;
  const result = entity.states[node.state] as Result;
  const cause = { entry: '0-0', event: undefined, late: false };
  const frame = entityFrame(entity, now);
  const begun = process.cpuUsage();
  runRule({ state, entity, node, result, cause, frame });
  const { user, system } = process.cpuUsage(begun);
  const { status } = (result.value ?? {}) as { status?: string };
  if (status !== 'approved') throw new Error(`the rule shared nothing out: ${result.failing ?? status}`);
  return (user + system) / 1000;
}

function campaignOf(size: number): Record<string, unknown> {
  return {
    daily_budget: size * EUROS_A_CHANNEL,
    autonomy: 'auto',
    objective: 'applications',
    timezone: 'UTC',
    currency: 'EUR',
    channels: Array.from({ length: size }, (_, i) => ({
      channel: `channel ${i}`,
      budget: EUROS_A_CHANNEL,
      spend_today: 0,
      response: responseOf(i),
    })),
  };
}

/** Prices, sizes and rates that differ from channel to channel. */
function responseOf(i: number): ResponseForecast {
  const ones = (count: number) => Array.from({ length: count }, () => 1);
  const curve = {
    click_cost: 0.2 + (i % 17) / 10,
    scale: 5 + (i % 23),
    scale_weekday: ones(7),
    scale_block: [0.4, 0.4, 1, 1, 1.2, 1.2, 1, 0.9],
    rate: 0.02 + (i % 11) / 100,
    rate_weekday: ones(7),
    rate_block: ones(8),
    shape: 50,
    price_variance: [0.01, 0, 0.02] as [number, number, number],
    dispersion: 0.05,
    delay: [0, 1, 0, 0],
  };
  const price = { value: 5, low: 3, high: 8, applications: 1, clicks: 20, spend: 5 };
  return { ...price, click_cost: curve.click_cost, rate: curve.rate, hours: 200, served: true, curve };
}
