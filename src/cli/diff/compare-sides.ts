/** Two rule sets and a history compared. */

import type { KeptLog } from '../../core/history/kept-log.ts';
import type { Millis } from '../../core/units.ts';
import { affectedRules, madeOf, madeOfKinds } from '../../rules/affected.ts';
import { compareRuleSets } from '../../rules/compare-rule-sets.ts';
import { type LoadedRuleSet, loadRuleSet, type RuleFile } from '../../rules/load-rule-set.ts';
import type { Plan } from '../../rules/plan.ts';
import { formatProblems } from '../../rules/problem.ts';
import { openKeptLog } from '../../store/read/kept-log.ts';
import type { Outputs } from '../dispatch.ts';
import { readEnvironment } from '../environment.ts';
import { borrowHistory } from '../open-history.ts';
import { type PastRules, pruned } from '../past-rules.ts';
import { Progress } from '../progress.ts';
import { type BacktestResult, backtest, type PastPlans } from './backtest.ts';
import type { DecisionChange } from './decision-changes.ts';
import { definitionLines, isQuiet, ruleLines, spanLine, warmthLines } from './diff-lines.ts';
import type { EndResults } from './end-results.ts';
import { openEventFile } from './event-file.ts';
import type { Money } from './money.ts';
import { warmthAt } from './warmth.ts';

export interface CompareOptions {
  /** One rule alone. */
  readonly rule?: string | undefined;
  readonly last?: Millis | undefined;
  /** A file of events instead of the history. */
  readonly events?: string | undefined;
  readonly examples: number;
  readonly json: boolean;
  /** The old side is what was in force at each place of the history, `old` at its end. */
  readonly past?: PastRules | undefined;
}

/** Prints what differs; whether anything does. */
export async function compareSides(
  old: Side,
  next: Side,
  { rule, last, events, examples, json, past }: CompareOptions,
  env: NodeJS.ProcessEnv,
  { out, err }: Outputs,
): Promise<boolean> {
  const print = json ? () => undefined : (line: string) => out(`${line}\n`);
  print(`old: ${old.name} (${old.plan.hash})   new: ${next.name} (${next.plan.hash})`);
  const olds = [...(past?.sets.values() ?? []), old];
  if (past && past.sets.size > 1) print(`of the past: ${[...past.sets.keys()].slice(0, -1).join(', ')}`);
  const affected = [...new Set(olds.flatMap(({ plan }) => [...affectedRules(plan, next.plan)]))].filter(
    (name) => rule === undefined || name.endsWith(`.${rule}`),
  );
  for (const line of definitionLines(compareRuleSets(old.set, next.set))) print(line);
  if (affected.length === 0) {
    print('no rule can decide otherwise');
    const nothing = { differs: false, old: old.plan.hash, new: next.plan.hash, rules: [] };
    if (json) out(`${JSON.stringify(nothing)}\n`);
    return false;
  }
  const { partitions } = old.plan.settings;
  const history = events === undefined ? await borrowHistory(readEnvironment(env)) : undefined;
  try {
    const file = events === undefined ? undefined : await openEventFile(events, next.plan.events, partitions);
    const log = file ?? (await openKeptLog((history as NonNullable<typeof history>).database));
    const { result, seconds } = await run(log, {
      plans: [only(old, affected), only(next, affected)],
      past: past && pastPlans(past, affected),
      rules: new Set(affected),
      last,
      examples,
      onChange: (change) => {
        if (json) out(`${JSON.stringify(changeRow(change))}\n`);
      },
    });
    for (const problem of file?.problems ?? []) err(`left out ${problem}\n`);
    const since = last === undefined ? result.from : Math.max(result.from, result.to - last);
    const warmth = warmthAt(next.set, result.from, since);
    print(spanLine(result, seconds));
    for (const line of warmthLines(warmth)) print(line);
    print('');
    const found = told(result, print);
    if (json) out(`${JSON.stringify(summary(old, next, result, seconds, warmth, found))}\n`);
    else if (!found) print('no decision and no result differs');
    return found;
  } finally {
    await history?.close();
  }
}

/** A rule set and what it is called here. */
export interface Side extends Extract<LoadedRuleSet, { ok: true }> {
  readonly name: string;
  readonly files: readonly RuleFile[];
}

/** Undefined when the set has problems, which are printed. */
export function loadSide(
  name: string,
  files: readonly RuleFile[],
  out: Outputs['out'],
  accepted = false,
): Side | undefined {
  const set = loadRuleSet(files, { accepted });
  if (set.ok) return { ...set, name, files };
  out(`${name}:\n${formatProblems(set.problems, files)}\n`);
  return undefined;
}

/** What the affected rules are made of, and nothing else: the rest would decide the same under both sets. */
export function only(side: Side, affected: readonly string[]): Plan {
  return pruned(side, madeOf(side.plan, affected));
}

function pastPlans(past: PastRules, affected: readonly string[]): PastPlans {
  const plans = new Map(
    [...past.sets].map(([hash, set]) => [hash, pruned(set, madeOfKinds(set.plan, affected))]),
  );
  return { plans: [...plans.values()], first: (partition) => plans.get(past.first(partition)) as Plan };
}

interface Compared {
  readonly plans: readonly [old: Plan, next: Plan];
  readonly past: PastPlans | undefined;
  readonly rules: ReadonlySet<string>;
  readonly last: Millis | undefined;
  readonly examples: number;
  readonly onChange: (change: DecisionChange) => void;
}

async function run(
  log: KeptLog,
  { plans, past, rules, last, examples, onChange }: Compared,
): Promise<{ result: BacktestResult; seconds: number }> {
  const bar = new Progress({ title: 'comparing', unit: 'events', output: process.stderr, now: Date.now });
  const begun = performance.now();
  const result = await backtest({
    old: plans[0],
    new: plans[1],
    past,
    log,
    last,
    rules,
    examples,
    onChange,
    onProgress: (share, events) => bar.update(share, events),
  });
  bar.clear();
  return { result, seconds: (performance.now() - begun) / 1000 };
}

function changeRow({ type, old, new: is }: DecisionChange) {
  const { rule, kind, entity, time } = is ?? (old as NonNullable<typeof old>);
  return { change: type, rule, kind, entity, time: new Date(time).toISOString(), old, new: is };
}

/** Prints the rules that differ; whether any does. */
function told({ comparisons, ends }: BacktestResult, print: (line: string) => void): boolean {
  let found = false;
  for (const [rule, comparison] of comparisons.byRule) {
    const results = ends.get(rule) as EndResults;
    if (isQuiet(comparison, results)) continue;
    found = true;
    for (const line of ruleLines(comparison, results)) print(line);
  }
  return found;
}

function summary(
  old: Side,
  next: Side,
  { events, from, to, comparisons, ends }: BacktestResult,
  seconds: number,
  warmth: ReturnType<typeof warmthAt>,
  differs: boolean,
) {
  const rules = [...comparisons.byRule.values()].map(({ rule, published, changes, money }) => {
    const { differing, up, down } = ends.get(rule) as EndResults;
    return { rule, published, ...changes, results_differ: differing, up, down, moved: money.map(movedOf) };
  });
  return {
    differs,
    old: old.plan.hash,
    new: next.plan.hash,
    events,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    seconds,
    events_per_second: Math.round(events / Math.max(seconds, 0.001)),
    not_warm: warmth.cold.map(({ feature, warmFrom }) => ({
      feature,
      warm_from: new Date(warmFrom).toISOString(),
    })),
    rules,
  };
}

function movedOf({ byCurrency }: Money): Record<string, { actions: number; amount: number }> {
  return Object.fromEntries(
    [...byCurrency].map(([currency, { actions, micros }]) => [currency, { actions, amount: micros / 1e6 }]),
  );
}
