/** The verbs for whoever writes rules: graph, docs, fmt, new, completion; and what top makes of metrics. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { runCompletion } from '../../src/cli/completion-verb.ts';
import { runDocs } from '../../src/cli/docs-verb.ts';
import { runFmt } from '../../src/cli/fmt-verb.ts';
import { runGraph } from '../../src/cli/graph-verb.ts';
import { runNew } from '../../src/cli/new-verb.ts';
import { readConfig } from '../../src/cli/read-config.ts';
import { runTest } from '../../src/cli/test-verb.ts';
import { readMetrics, standingOf, standingText } from '../../src/cli/top/standing.ts';
import { verbs } from '../../src/cli/verbs.ts';
import { WeirError } from '../../src/core/errors.ts';
import { PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import { formatYaml } from '../../src/rules/format-yaml.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { SHIPPED } from '../oracle/rule-files.ts';
import { scratchFolder } from './scratch-folder.ts';

const SMALL = {
  'weir.yaml':
    'timezone: UTC\nentities:\n  lead: { key: lead_id }\n  channel: { key: [campaign_id, channel] }\n',
  'features.yaml': `features:
  lead:
    opens_7d: { count: content.opened, window: 7d }
    told: { count: decision.score, window: 30d }
  channel:
    clicks: { count: campaign.click }
`,
  'score.yaml': `# what a lead is worth
rule: score
version: 3
description: A score
owner: growth@example.com
for: lead
factors:
  opens:   2 * opens_7d      # two each
tests:
  - name: one
    with: { lead: 1, opens_7d: 1 }
    expect: { score: 2 }
---
rule: chatty
description: Told much
owner: growth@example.com
version: 1
for: lead
value: told > 3
tests:
  - { name: none, with: { lead: 1, told: 0 }, expect: { chatty: false } }
`,
};

type Run = (args: readonly string[], env: NodeJS.ProcessEnv, outputs: never) => number | Promise<number>;

async function run(verb: Run, ...words: string[]) {
  const [out, errors]: [string[], string[]] = [[], []];
  const outputs = { out: (text: string) => out.push(text), err: (text: string) => errors.push(text) };
  const code = await verb(words, {}, outputs as never);
  return { code, out: out.join(''), errors: errors.join('') };
}

function refused(pattern: RegExp) {
  return (error: unknown) =>
    error instanceof WeirError && error.code === 'wrong_usage' && pattern.test(error.message);
}

const small = (t: TestContext) => scratchFolder(t, SMALL);

describe('graph', () => {
  test('goes from events through features and decisions to rules', async (t) => {
    const config = small(t);
    const all = await run(runGraph, '--config', config);
    assert.match(all.out, /^content\.opened +1 feature {2}-> chatty, score$/m);
    assert.match(all.out, /^campaign\.click +1 feature {2}-> -$/m);
    const { out } = await run(runGraph, 'chatty', '--config', config);
    assert.match(
      out,
      /^chatty {3}rule of lead\nmade of\n {2}events +content\.opened\n {2}features +lead\.opens_7d, lead\.told\n {2}rules +score\n/,
    );
    const lines = (await run(runGraph, '--json', '--config', config)).out.trim().split('\n');
    assert.ok(
      lines.map((line) => JSON.parse(line)).some(({ from, to }) => from === 'score' && to === 'lead.told'),
    );
    const dot = (await run(runGraph, '--dot', '--config', config)).out;
    assert.match(dot, /^digraph rules \{\n[\s\S]*"content\.opened" -> "lead\.opens_7d";[\s\S]*\}\n$/);
    await assert.rejects(
      run(runGraph, 'opens_7d', '--config', config),
      refused(/did you mean "lead\.opens_7d"/),
    );
  });
});

describe('fmt', () => {
  test('keeps the meaning and the comments of the shipped rules, and is done after once', () => {
    const files = readConfig(SHIPPED);
    const formatted = files.map(({ path, text }) => {
      const once = formatYaml(text);
      assert.ok(once.ok, path);
      assert.deepEqual(formatYaml(once.text), once, path);
      const comments = (of: string) =>
        of.split('\n').flatMap((line) => /(?:^|\s)#\s*(.*)$/.exec(line)?.[1] ?? []);
      assert.deepEqual(comments(once.text).sort(), comments(text).sort(), path);
      return { path, text: once.text };
    });
    const [before, after] = [loadRuleSet(files), loadRuleSet(formatted)];
    assert.ok(before.ok && after.ok);
    assert.equal(after.plan.hash, before.plan.hash);
  });

  test('writes keys in one order; --check only says so', async (t) => {
    const config = small(t);
    const checked = await run(runFmt, '--check', '--config', config);
    assert.equal(checked.code, 1);
    assert.equal(readFileSync(join(config, 'score.yaml'), 'utf8'), SMALL['score.yaml']);
    assert.equal((await run(runFmt, '--config', config)).code, 0);
    const text = readFileSync(join(config, 'score.yaml'), 'utf8');
    assert.match(
      text,
      /^# what a lead is worth\nrule: score\ndescription: A score\nowner: .*\nversion: 3\nfor: lead\nfactors:\n {2}opens: 2 \* opens_7d # two each\n/,
    );
    assert.equal((await run(runFmt, '--check', '--config', config)).code, 0);
    writeFileSync(join(config, 'bad.yaml'), 'rule: [\n');
    const bad = await run(runFmt, join(config, 'bad.yaml'));
    assert.equal(bad.code, 1);
    assert.equal(readFileSync(join(config, 'bad.yaml'), 'utf8'), 'rule: [\n');
  });
});

describe('new', () => {
  test('what it writes loads, and its test fails until somebody says what is expected', async (t) => {
    const config = small(t);
    for (const [words, rule] of [
      [['rule', 'hot'], 'hot'],
      [['rule', 'busy', '--for', 'channel'], 'busy'],
      [['feature', 'opens_3d'], 'opens_3d_seen'],
      [['test', 'score', '--name', 'a silent one'], 'score'],
      [['test', 'chatty'], 'chatty'],
    ] as const) {
      assert.equal((await run(runNew, ...words, '--config', config)).code, 0, words.join(' '));
      const tested = await run(runTest as Run, rule, '--config', config);
      assert.equal(tested.code, 1, words.join(' '));
      assert.match(tested.out + tested.errors, /FAIL .*expected 999/, words.join(' '));
    }
    assert.match(
      readFileSync(join(config, 'score.yaml'), 'utf8'),
      / {2}- name: a silent one\n[\s\S]*---\nrule: chatty/,
    );
    assert.equal((await run(runNew, 'rule', 'hot', '--config', config)).code, 4);
    assert.equal((await run(runNew, 'feature', 'clicks', '--for', 'channel', '--config', config)).code, 4);
    await assert.rejects(run(runNew, 'rule', 'Hot!', '--config', config), refused(/is no name/));
    await assert.rejects(run(runNew, 'test', 'scor', '--config', config), refused(/did you mean "score"/));
    await assert.rejects(
      run(runNew, 'rool', 'x', '--config', config),
      refused(/write rule, feature or test/),
    );
  });
});

describe('docs', () => {
  test('a page for each shipped rule, and every link leads somewhere', async (t) => {
    const folder = scratchFolder(t);
    cpSync(SHIPPED, join(folder, 'config'), { recursive: true });
    const pages = join(folder, 'pages');
    const { code, out } = await run(runDocs, pages, '--config', join(folder, 'config'), '--json');
    assert.equal(code, 0);
    const names = readdirSync(pages);
    assert.equal(out.trim().split('\n').length, names.length);
    const loaded = loadRuleSet(readConfig(SHIPPED));
    assert.ok(loaded.ok);
    for (const { name } of loaded.set.rules) assert.ok(names.includes(`${name}.md`), name);
    for (const name of names) {
      const text = readFileSync(join(pages, name), 'utf8');
      for (const [, target] of text.matchAll(/\]\(([\w.]+)\)/g))
        assert.ok(names.includes(target as string), `${name}: ${target}`);
      assert.ok(!/undefined|\[object/.test(text), name);
      for (const table of text.split('\n\n').filter((part) => part.startsWith('| ')))
        assert.equal(
          new Set(
            table
              .trim()
              .split('\n')
              .map((line) => line.replace(/\\\|/g, '').split('|').length),
          ).size,
          1,
          `${name}: ${table}`,
        );
    }
    const score = readFileSync(join(pages, 'engagement_score.md'), 'utf8');
    assert.match(score, /\| `completions_7d` \| how many `content\.completed` of the last 7d \|/);
    assert.match(score, /Never below 0, never above 100\.[\s\S]*told only when it changes by more than 1/);
  });
});

describe('completion', () => {
  for (const shell of ['bash', 'zsh', 'fish'] as const)
    test(`${shell}: every verb with its flags, in a script that the shell can read`, async (t) => {
      const out: string[] = [];
      const outputs = { out: (text: string) => void out.push(text), err: () => undefined };
      assert.equal(await runCompletion([shell], verbs, outputs), 0);
      const script = out.join('');
      for (const { name } of verbs) assert.match(script, new RegExp(`\\b${name}\\b`));
      for (const flag of ['replay', 'exit-code', 'config', 'help'])
        assert.match(script, new RegExp(`\\b${flag}\\b`));
      if (shell !== 'bash') return;
      const file = join(scratchFolder(t, { 'weir.bash': script }), 'weir.bash');
      const completed = (words: string[]) =>
        execFileSync('bash', [
          '-c',
          'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _weir; echo "${COMPREPLY[@]}"',
          file,
          ...words,
        ])
          .toString()
          .trim()
          .split(' ');
      assert.deepEqual(completed(['weir', 'exp']), ['explain']);
      assert.deepEqual(completed(['weir', 'diff', '--pa']), ['--past']);
    });

  test('of another shell it says which there are', async () => {
    await assert.rejects(runCompletion(['tcsh'], verbs), refused(/bash, zsh, fish/));
  });
});

test('top reads how a weir stands from its metrics', async () => {
  const meter = new PrometheusMeter();
  const look = async (at: number, before?: ReturnType<typeof standingOf>) =>
    standingOf(readMetrics(await meter.registry.metrics()), at, 2, before);
  meter.count('weir_events_applied_total', { type: 'content.opened' }, 100);
  meter.gauge('weir_stream_lag_events', 7, { stream: 'in' });
  meter.gauge('weir_dead_letters', 3);
  const first = await look(0);
  assert.deepEqual([first.events_per_second, first.entries_waiting, first.dead_letters], [null, 7, 3]);
  meter.count('weir_events_applied_total', { type: 'campaign.click' }, 50);
  meter.count('weir_decisions_total', { rule: 'score', mode: 'live' }, 5);
  meter.count('weir_rule_errors_total', { rule: 'a "b" \\ c' }, 1);
  meter.observe('weir_rule_duration_seconds', 0.0001, { rule: 'score' });
  meter.observe('weir_rule_duration_seconds', 0.0003, { rule: 'score' });
  meter.observe('weir_rule_duration_seconds', 0.001, { rule: 'slow' });
  const next = await look(2_000, first);
  assert.deepEqual([next.events_per_second, next.decisions_per_second], [25, 2.5]);
  assert.deepEqual(next.failing_rules, ['a "b" \\ c']);
  assert.deepEqual(next.slowest, [
    { rule: 'slow', microseconds: 1000, runs: 1 },
    { rule: 'score', microseconds: 200, runs: 2 },
  ]);
  assert.match(
    standingText(next),
    /events +25\/s[\s\S]*7 entries[\s\S]*2 actions for a person, 3 dead letters[\s\S]*slow +1000\.0 µs/,
  );
});
