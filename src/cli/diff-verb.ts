/** `weir diff`: the history through two rule sets, and what the one decides otherwise than the other. */

import { WeirError } from '../core/errors.ts';
import type { KeptLog } from '../core/history/kept-log.ts';
import { type Millis, parseDuration } from '../core/units.ts';
import { affectedRules, madeOf } from '../rules/affected.ts';
import { compareRuleSets } from '../rules/compare-rule-sets.ts';
import { type LoadedRuleSet, loadRuleSet, type RuleFile } from '../rules/load-rule-set.ts';
import type { Plan } from '../rules/plan.ts';
import { formatProblems } from '../rules/problem.ts';
import { openKeptLog } from '../store/read/kept-log.ts';
import { readArguments, wholeNumber } from './arguments.ts';
import { readRuleFiles } from './check-verb.ts';
import { type BacktestResult, backtest } from './diff/backtest.ts';
import type { DecisionChange } from './diff/decision-changes.ts';
import { definitionLines, isQuiet, ruleLines, spanLine, warmthLines } from './diff/diff-lines.ts';
import type { EndResults } from './diff/end-results.ts';
import { openEventFile } from './diff/event-file.ts';
import type { Money } from './diff/money.ts';
import { warmthAt } from './diff/warmth.ts';
import { type Outputs, standard } from './dispatch.ts';
import { readEnvironment } from './environment.ts';
import { borrowHistory } from './open-history.ts';
import { Progress } from './progress.ts';
import { isFolder, rulesOf } from './rules-of.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = 5;

export const diffVerb: Verb = {
  name: 'diff',
  summary: 'the history through old and new rules: what would be decided otherwise',
  usage: [
    'weir diff COMMIT|FOLDER [RULE] [--last 30d] [--exit-code] [--events FILE] [--config DIR]',
    '',
    'Reads every kept event once, and runs it through both rule sets. A COMMIT has the old rules and --config the new',
    'ones, as with git diff; a FOLDER has the new rules, and --config the old ones.',
    '',
    'RULE           only this rule',
    '--last 30d     compares the decisions of the last 30 days; the history is read from its beginning all the same',
    '--events FILE  instead of the history: one JSON event a line, as producers send them',
    '--examples N   how many changed decisions and results are shown of each rule (5)',
    '--exit-code    1 where anything differs; else 0, whatever differs',
    '--json         every changed decision with both reasons, one a line; the last line is the summary',
    '',
    '  weir diff HEAD                      # what the edits in config/ would have decided',
    '  weir diff main conversion --last 30d --exit-code',
    '  weir diff ../proposal --events yesterday.ndjson',
  ].join('\n'),
  run: (args, env) => runDiff(args, env),
};

/** @returns the exit code */
export async function runDiff(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { out, err }: Outputs = standard,
): Promise<number> {
  const text = { type: 'string' } as const;
  const { flags, words } = readArguments(
    args,
    { last: text, events: text, examples: text, 'exit-code': { type: 'boolean' } },
    { least: 1, most: 2, what: 'the commit or folder to compare with' },
  );
  const [name, rule] = words as [string, string?];
  const config = flags.config ?? env.WEIR_CONFIG ?? 'config';
  const last = flags.last === undefined ? undefined : parseDuration(flags.last);
  if (flags.last !== undefined && last === undefined)
    throw new WeirError('wrong_usage', `--last: "${flags.last}" is not a time such as 30d`);
  const examples = wholeNumber('examples', flags.examples, 0) ?? EXAMPLES;
  const other = loaded(name, await rulesOf(name, config), out);
  const own = loaded(config, readRuleFiles(config).files, out);
  if (!other || !own) return 1;
  const [old, next] = isFolder(name) ? [own, other] : [other, own];
  checkRule(rule, old, next);
  const print = flags.json ? () => undefined : (line: string) => out(`${line}\n`);
  print(`old: ${old.name} (${old.plan.hash})   new: ${next.name} (${next.plan.hash})`);
  const affected = [...affectedRules(old.plan, next.plan)].filter(
    (name) => rule === undefined || name.endsWith(`.${rule}`),
  );
  for (const line of definitionLines(compareRuleSets(old.set, next.set))) print(line);
  if (affected.length === 0) {
    print('no rule can decide otherwise');
    if (flags.json)
      out(`${JSON.stringify({ differs: false, old: old.plan.hash, new: next.plan.hash, rules: [] })}\n`);
    return 0;
  }
  const environment = readEnvironment(env);
  const history = flags.events === undefined ? await borrowHistory(environment) : undefined;
  try {
    const { partitions } = old.plan.settings;
    const file =
      flags.events === undefined
        ? undefined
        : await openEventFile(flags.events, next.plan.events, partitions);
    const log = file ?? (await openKeptLog((history as NonNullable<typeof history>).database));
    const { result, seconds } = await run(log, {
      plans: [pruned(old, affected), pruned(next, affected)],
      rules: new Set(affected),
      last,
      examples,
      onChange: (change) => {
        if (flags.json) out(`${JSON.stringify(changeRow(change))}\n`);
      },
    });
    for (const problem of file?.problems ?? []) err(`left out ${problem}\n`);
    const since = last === undefined ? result.from : Math.max(result.from, result.to - last);
    const warmth = warmthAt(next.set, result.from, since);
    print(spanLine(result, seconds));
    for (const line of warmthLines(warmth)) print(line);
    print('');
    const found = told(result, print);
    if (flags.json) out(`${JSON.stringify(summary(old, next, result, seconds, warmth, found))}\n`);
    else if (!found) print('no decision and no result differs');
    return found && flags['exit-code'] ? 1 : 0;
  } finally {
    await history?.close();
  }
}

interface Side extends Extract<LoadedRuleSet, { ok: true }> {
  readonly name: string;
  readonly files: readonly RuleFile[];
}

/** Undefined when the set has problems, which are printed. */
function loaded(name: string, files: readonly RuleFile[], out: Outputs['out']): Side | undefined {
  const set = loadRuleSet(files);
  if (set.ok) return { ...set, name, files };
  out(`${name}:\n${formatProblems(set.problems, files)}\n`);
  return undefined;
}

function checkRule(rule: string | undefined, ...sides: readonly Side[]): void {
  const [first, second] = sides.map(({ plan }) => plan.settings.partitions);
  if (first !== second)
    throw new WeirError(
      'wrong_usage',
      `the sets have ${first} and ${second} partitions; the number never changes, so give them the same`,
    );
  if (rule === undefined) return;
  const known = sides.flatMap(({ set }) => set.rules.map((other) => other.name));
  if (!known.includes(rule)) throw new WeirError('wrong_usage', `neither set has a rule "${rule}"`);
}

/** What the affected rules are made of, and nothing else: the rest would decide the same under both sets. */
function pruned({ files, plan }: Side, affected: readonly string[]): Plan {
  const loaded = loadRuleSet(files, { accepted: true, only: madeOf(plan, affected) });
  return loaded.ok ? loaded.plan : plan;
}

interface Compared {
  readonly plans: readonly [old: Plan, next: Plan];
  readonly rules: ReadonlySet<string>;
  readonly last: Millis | undefined;
  readonly examples: number;
  readonly onChange: (change: DecisionChange) => void;
}

async function run(
  log: KeptLog,
  { plans, rules, last, examples, onChange }: Compared,
): Promise<{ result: BacktestResult; seconds: number }> {
  const bar = new Progress({ title: 'comparing', unit: 'events', output: process.stderr, now: Date.now });
  const begun = performance.now();
  const result = await backtest({
    old: plans[0],
    new: plans[1],
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
