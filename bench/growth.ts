/** growth: what an event costs as leads, rules and windows grow. */

import { DAY, HOUR, type Millis } from '../src/core/units.ts';
import type { Bench, Options, Outcome } from './bench.ts';
import { leadGrowth } from './growth/lead-growth.ts';
import { type RuleGrowthResult, ruleGrowth } from './growth/rule-growth.ts';
import { windowGrowth } from './growth/window-growth.ts';
import { median } from './quantile.ts';
import { number, table } from './table.ts';

const WINDOWS: Readonly<Record<string, Millis>> = {
  '1h': HOUR,
  '6h': 6 * HOUR,
  '1d': DAY,
  '7d': 7 * DAY,
  '28d': 28 * DAY,
};

async function run(options: Options): Promise<Outcome> {
  const { leads, rules, events, rounds, seed } = options as Record<string, number> & Sizes;
  let exact = true;
  const leadCosts = new Map<string, number[]>();
  const ruleResults = new Map<string, RuleGrowthResult[]>();
  const windowCosts = new Map<string, number[]>();
  for (let round = 1; round <= rounds; round++) {
    for (let n = 1000; n <= leads; n *= 10) {
      const result = await leadGrowth(n, events, seed);
      exact &&= result.exact;
      add(leadCosts, String(n), result.microsPerEvent);
      process.stderr.write(`  round ${round}: ${number(n)} leads, ${number(result.microsPerEvent, 1)} µs\n`);
    }
    for (let n = 10; n <= rules; n *= 10) {
      const result = ruleGrowth(n, Math.ceil(events / 5), seed);
      exact &&= result.exact;
      add(ruleResults, String(n), result);
      process.stderr.write(`  round ${round}: ${number(n)} rules, ${number(result.microsPerEvent, 1)} µs\n`);
    }
    for (const [window, length] of Object.entries(WINDOWS)) {
      const result = windowGrowth(window, length, Math.ceil(events / 5), seed);
      exact &&= result.exact;
      add(windowCosts, window, result.microsPerEvent);
    }
  }
  return summary(leadCosts, ruleResults, windowCosts, exact);
}

interface Sizes {
  readonly leads: number;
  readonly rules: number;
  readonly events: number;
  readonly rounds: number;
  readonly seed: number;
}

function summary(
  leadCosts: ReadonlyMap<string, readonly number[]>,
  ruleResults: ReadonlyMap<string, readonly RuleGrowthResult[]>,
  windowCosts: ReadonlyMap<string, readonly number[]>,
  exact: boolean,
): Outcome {
  const ruleCosts = new Map(
    [...ruleResults].map(([n, results]) => [n, results.map((result) => result.microsPerEvent)]),
  );
  const over = (pick: (result: RuleGrowthResult) => number) =>
    Object.fromEntries([...ruleResults].map(([n, results]) => [n, median(results.map(pick))]));
  const shares = over((result) => result.share);
  const rows = (what: string, costs: ReadonlyMap<string, readonly number[]>) =>
    [...costs].map(([n, all]) => [
      `${n} ${what}`,
      number(median(all), 1),
      number(relative(costs)[n] as number, 2),
      what === 'rules' ? `${number((shares[n] as number) * 100, 2)} %` : '',
    ]);
  const text = table([
    ['', 'CPU µs/event', 'relative', 'of the rules ran'],
    ...rows('leads', leadCosts),
    ...rows('rules', ruleCosts),
    ...rows('window', windowCosts),
  ]);
  return {
    table: `${text}\nexact: ${exact ? 'every count as recounted' : 'NO'}`,
    exact,
    chart: {
      title: 'growth: CPU µs an event',
      bars: [...bars('leads', leadCosts), ...bars('rules', ruleCosts), ...bars('window', windowCosts)],
    },
    figures: {
      leads: relative(leadCosts),
      rules: shares,
      windows: relative(windowCosts),
      rules_relative_cost: relative(ruleCosts),
      rules_load_cpu_seconds: over((result) => result.loadSeconds),
      exact,
    },
  };
}

function bars(what: string, costs: ReadonlyMap<string, readonly number[]>) {
  return [...costs].map(([n, all]) => ({ label: `${n} ${what}`, value: median(all) }));
}

/** Medians over the rounds of the cost beside the smallest size's in the same round. */
function relative(costs: ReadonlyMap<string, readonly number[]>): Record<string, number> {
  const [base] = costs.values();
  return Object.fromEntries(
    [...costs].map(([n, all]) => [n, median(all.map((cost, round) => cost / (base?.[round] as number)))]),
  );
}

function add<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  lists.set(key, [...(lists.get(key) ?? []), value]);
}

export const growth: Bench = {
  about: 'what an event costs as leads, rules and windows grow',
  defaults: { leads: 1_000_000, rules: 1000, events: 50_000, rounds: 3, seed: 1 },
  run,
};
