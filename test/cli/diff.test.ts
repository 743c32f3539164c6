/** weir diff: what is compared, what a change can reach, and how it is told. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { demoDay } from '../../src/cli/demo-day.ts';
import { type BacktestResult, backtest } from '../../src/cli/diff/backtest.ts';
import { changesBetween } from '../../src/cli/diff/decision-changes.ts';
import { openEventFile } from '../../src/cli/diff/event-file.ts';
import { runDiff } from '../../src/cli/diff-verb.ts';
import type { Outputs } from '../../src/cli/dispatch.ts';
import { readConfig } from '../../src/cli/read-config.ts';
import { WeirError } from '../../src/core/errors.ts';
import { affectedRules, madeOf } from '../../src/rules/affected.ts';
import { loadRuleSet, type RuleFile } from '../../src/rules/load-rule-set.ts';
import type { Plan } from '../../src/rules/plan.ts';
import { SHIPPED } from '../oracle/rule-files.ts';
import { scratchFolder } from './scratch-folder.ts';

const SCORE = 'rules/engagement_score.yaml';
const CONVERSION = 'rules/conversion.yaml';
const shipped = readConfig(SHIPPED);

function plan(files: readonly RuleFile[], only?: ReadonlySet<string>): Plan {
  const loaded = loadRuleSet(files, only ? { only, accepted: true } : {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.plan;
}

function edited(file: string, from: string | RegExp, to: string): RuleFile[] {
  return shipped.map(({ path, text }) => ({
    path,
    text: path.endsWith(file) ? text.replace(from, to) : text,
  }));
}

const heavier = edited(SCORE, '2 * completions_7d', '3 * completions_7d');
const faster = edited(CONVERSION, 'response_hours < 2 ? 15', 'response_hours < 2 ? 12');

/** A few weeks of a demo day's leads and campaigns, as a file of events. */
function dayFile(t: TestContext, events = 400): string {
  const day = demoDay(5, Date.UTC(2026, 10, 20)).slice(0, events);
  const text = day.map((event) => JSON.stringify(event)).join('\n');
  return join(scratchFolder(t, { 'day.ndjson': `${text}\n` }), 'day.ndjson');
}

async function compared(
  path: string,
  old: Plan,
  next: Plan,
  rules: ReadonlySet<string>,
): Promise<BacktestResult> {
  const log = await openEventFile(path, plan(shipped).events, old.settings.partitions);
  const quiet = { examples: 3, onChange: () => undefined, onProgress: () => undefined };
  return backtest({ old, new: next, log, rules, ...quiet });
}

function told({ events, comparisons, ends }: BacktestResult) {
  const rules = [...comparisons.byRule].map(([rule, { published, changes, examples }]) => {
    const shown = examples.map(({ type, old, new: is }) => [type, old?.value, is?.value, is?.reasons]);
    return { rule, published, changes, shown, ends: ends.get(rule) };
  });
  return { events, rules };
}

describe('a backtest', () => {
  for (const [what, next] of [
    ['an edited score, which others read', heavier],
    ['an edited conversion', faster],
  ] as const)
    test(`of ${what}: what is left out of a replay changes nothing`, async (t) => {
      const path = dayFile(t);
      const [old, whole] = [plan(shipped), plan(next)];
      const rules = affectedRules(old, whole);
      const full = told(await compared(path, old, whole, rules));
      const less = [shipped, next].map((files, i) => plan(files, madeOf(i === 0 ? old : whole, rules))) as [
        Plan,
        Plan,
      ];
      assert.ok(less[0].kinds.length < old.kinds.length, 'something is left out');
      assert.deepEqual(told(await compared(path, ...less, rules)), full);
      assert.ok(full.rules.some(({ changes }) => changes.changed > 0));
    });

  test('finds nothing between a set and itself, and knows that before it begins', async (t) => {
    const same = plan(shipped);
    assert.equal(affectedRules(same, plan(edited(SCORE, /^rule:/m, '# a comment\nrule:'))).size, 0);
    const everything = new Set(
      same.kinds.flatMap((kind) => kind.nodes.map(({ name }) => `${kind.name}.${name}`)),
    );
    const result = await compared(dayFile(t, 300), same, plan(shipped), everything);
    for (const [rule, { changes }] of result.comparisons.byRule) {
      assert.deepEqual(changes, { added: 0, removed: 0, changed: 0, reasons: 0 });
      assert.equal(result.ends.get(rule)?.differing, 0);
    }
    assert.equal(result.events, 300);
  });

  test('an edit reaches the rules that read the edited one, and no others', () => {
    assert.deepEqual([...affectedRules(plan(shipped), plan(faster))], ['lead.conversion']);
    const reached = affectedRules(plan(shipped), plan(heavier));
    for (const rule of ['engagement_score', 'conversion', 'segments', 'recommendations'])
      assert.ok(reached.has(`lead.${rule}`), rule);
    assert.ok(!reached.has('channel.cpa_spike'));
    const elsewhere = affectedRules(
      plan(shipped),
      plan(edited('weir.yaml', 'Europe/Madrid', 'Europe/Lisbon')),
    );
    assert.ok(elsewhere.has('campaign.budget_rebalance'), 'another time zone reaches everything');
  });
});

describe('decisions of two sets', () => {
  const text = (n: number, entity: string, time: number, value: unknown, old: unknown = null) =>
    JSON.stringify({
      id: `0-1-${n}`, rule: 'score', version: n, mode: 'live', rules: String(n), kind: 'lead', entity, time,
      entry: '1-0', cause: { timer: 1 }, value, old, reasons: [{ name: 'base', points: value, inputs: {} }],
    }); // biome-ignore format: one decision

  test('numbers of decisions, versions and sets do not count', () => {
    assert.deepEqual(changesBetween([text(1, 'a', 1, 5)], [text(9, 'a', 1, 5)]), []);
  });

  test('are matched by rule, entity and time', () => {
    const old = [text(1, 'a', 1, 5), text(2, 'b', 1, 5), text(3, 'c', 2, 1), text(4, 'd', 3, 1)];
    const next = [text(1, 'a', 1, 5), text(2, 'b', 1, 6), text(3, 'd', 3, 1, 7), text(4, 'e', 3, 2)];
    const found = changesBetween(old, next).map(({ type, old: was, new: is }) => [type, (is ?? was)?.entity]);
    assert.deepEqual(found, [
      ['changed', 'b'],
      ['removed', 'c'],
      ['reasons', 'd'],
      ['added', 'e'],
    ]);
  });
});

describe('weir diff', () => {
  /** A copy of the shipped rules, with one text in one file replaced. */
  function rules(t: TestContext, file?: string, from = '', to = ''): string {
    const folder = join(scratchFolder(t), 'rules');
    cpSync(SHIPPED, folder, { recursive: true });
    if (file !== undefined) {
      const path = join(folder, file);
      writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
    }
    return folder;
  }

  async function run(t: TestContext, config: string, ...words: string[]) {
    const [out, errors]: string[][] = [[], []];
    const outputs = { out: (text: string) => out?.push(text), err: (text: string) => errors?.push(text) };
    const env = { WEIR_DATA: scratchFolder(t), WEIR_CONFIG: config };
    const code = await runDiff(words, env, outputs as unknown as Outputs);
    return { code, out: (out as string[]).join(''), errors: (errors as string[]).join('') };
  }

  test('a folder with other rules: counts, results, examples, and exit codes that are asked for', async (t) => {
    const config = rules(t);
    const other = rules(t, CONVERSION, 'response_hours < 2 ? 15', 'response_hours < 2 ? 12');
    const events = dayFile(t);
    const { code, out } = await run(t, config, other, '--events', events);
    assert.equal(code, 0);
    assert.match(out, /^old: .*rules \([0-9a-f]{16}\) {3}new: .*rules \([0-9a-f]{16}\)$/m);
    assert.match(out, /^ {2}changed rule conversion$/m);
    assert.match(
      out,
      /^conversion\n {2}decisions published {3}\d+ -> \d+ {3}\(\d+ added, \d+ removed, [1-9]\d* changed/m,
    );
    assert.match(out, /^ {2}~ .* lead \S+\n {6}old: .*response \+15.*\n {6}new: .*response \+12/m);
    assert.equal((await run(t, config, other, 'conversion', '--events', events, '--exit-code')).code, 1);
    assert.equal((await run(t, config, other, 'cpa_spike', '--events', events, '--exit-code')).code, 0);

    const json = (await run(t, config, other, '--events', events, '--json')).out.trim().split('\n');
    const rows = json.map((line) => JSON.parse(line));
    const last = rows.pop();
    assert.equal(last.differs, true);
    const [rule] = last.rules;
    assert.equal(rule.rule, 'conversion');
    assert.equal(rows.length, rule.added + rule.removed + rule.changed + rule.reasons);
    const changed = rows.find(({ change }) => change === 'changed');
    assert.ok(changed.old.reasons.length > 0 && changed.new.reasons.length > 0);
  });

  test('--last compares the end only, and says which features are not warm', async (t) => {
    const config = rules(t);
    const other = rules(t, SCORE, '2 * completions_7d', '4 * completions_7d');
    const events = dayFile(t);
    const all = JSON.parse(
      (await run(t, config, other, '--events', events, '--json')).out.trim().split('\n').at(-1) as string,
    );
    const few = JSON.parse(
      (await run(t, config, other, '--events', events, '--json', '--last', '1d')).out
        .trim()
        .split('\n')
        .at(-1) as string,
    );
    assert.ok(few.rules[0].published[0] < all.rules[0].published[0]);
    assert.ok(few.not_warm.length < all.not_warm.length);
    const cold = all.not_warm.find(({ feature }: { feature: string }) => feature === 'lead.completions_7d');
    assert.equal(Date.parse(cold.warm_from) - Date.parse(all.from), 7 * 86_400_000);
  });

  test('a commit has the old rules', async (t) => {
    const config = rules(t);
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: config });
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'before');
    const events = dayFile(t, 300);
    assert.match((await run(t, config, 'HEAD', '--events', events)).out, /^no rule can decide otherwise$/m);
    const file = join(config, SCORE);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('2 * completions_7d', '9 * completions_7d'));
    const { out } = await run(t, config, 'HEAD', '--events', events);
    assert.match(out, /^old: HEAD \(/m);
    assert.match(out, /new: .*completions \+9/);
    await assert.rejects(
      run(t, config, 'nowhere', '--events', events),
      wrongUsage(/"nowhere" is neither a folder nor a commit/),
    );
    await assert.rejects(
      run(t, config, '--', '-x', '--events', events),
      wrongUsage(/neither|one word too many/),
    );
  });

  test('problems, unknown rules and files that are not there are told', async (t) => {
    const config = rules(t);
    const changed = rules(t, SCORE, '2 * completions_7d', '4 * completions_7d');
    const bad = rules(t);
    writeFileSync(join(bad, CONVERSION), 'rule: conversion\n');
    const refused = await run(t, config, bad, '--events', dayFile(t, 5));
    assert.equal(refused.code, 1);
    assert.match(refused.out, /problems?\. Nothing was loaded\./);
    await assert.rejects(
      run(t, config, changed, 'converzion', '--events', 'x'),
      wrongUsage(/neither set has a rule "converzion"/),
    );
    await assert.rejects(run(t, config, changed, '--last', 'soon'), wrongUsage(/--last/));
    await assert.rejects(
      run(t, config, changed, '--events', '/nowhere.ndjson'),
      wrongUsage(/reading \/nowhere/),
    );
    await assert.rejects(run(t, config, changed), (error: WeirError) => {
      assert.equal(error.code, 'setup_failed');
      return /--events FILE/.test(error.message);
    });
    const odd = join(
      scratchFolder(t, { 'odd.ndjson': '{"type":"lead.crated","time":"2026-01-05T09:00:00Z"}\nnot json\n' }),
      'odd.ndjson',
    );
    const { errors, code } = await run(t, config, changed, '--events', odd);
    assert.equal(code, 0);
    assert.match(errors, /odd\.ndjson:1: unknown type "lead\.crated"/);
    assert.match(errors, /odd\.ndjson:2: /);
  });
});

function wrongUsage(pattern: RegExp) {
  return (error: unknown) =>
    error instanceof WeirError && error.code === 'wrong_usage' && pattern.test(error.message);
}
