/** `weir test`: the tests that stand in rule files. */

import { systemClock } from '../processor/processor.ts';
import { formatProblems } from '../rules/problem.ts';
import { readArguments } from './arguments.ts';
import { readRuleFiles } from './check-verb.ts';
import { type Outputs, standard } from './dispatch.ts';
import { runRuleTest } from './rule-tests.ts';
import { untilStopped } from './stop-signals.ts';
import { TestCoverage } from './test-coverage.ts';
import type { Verb } from './verb.ts';
import { watchConfig } from './watch-config.ts';

export const testVerb: Verb = {
  usage: [
    'weir test [RULE] [-t NAME] [--coverage] [--watch] [--config DIR]',
    '',
    '  -t NAME     only tests whose name contains NAME',
    '  --coverage  also the factors and lines that no test shows counting, or not counting',
    '  --watch     again whenever a rule file changes, until Ctrl-C',
    '',
    '  weir test engagement_score --coverage',
  ].join('\n'),
  run: (args, env) => runTest(args, env),
};

interface Asked {
  readonly config: string;
  readonly rule: string | undefined;
  readonly name: string | undefined;
  readonly coverage: boolean;
  readonly json: boolean;
}

/** @returns the exit code */
export async function runTest(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  outputs: Outputs = standard,
): Promise<number> {
  const flag = { type: 'boolean' } as const;
  const { flags, words } = readArguments(
    args,
    { test: { type: 'string', short: 't' }, coverage: flag, watch: flag },
    { least: 0, most: 1, what: '' },
  );
  const config = flags.config ?? env.WEIR_CONFIG ?? 'config';
  const asked: Asked = {
    config,
    rule: words[0],
    name: flags.test,
    coverage: flags.coverage === true,
    json: flags.json === true,
  };
  const first = runOnce(asked, outputs);
  if (!flags.watch) return first;
  const stopping = new AbortController();
  const watching = watchConfig(config, systemClock, stopping.signal, async () => {
    outputs.out('\n');
    runOnce(asked, outputs);
  });
  await untilStopped();
  stopping.abort();
  await watching;
  return 130;
}

function runOnce({ config, rule, name, coverage, json }: Asked, { out, err }: Outputs): number {
  const { files, loaded } = readRuleFiles(config);
  if (!loaded.ok) {
    out(`${formatProblems(loaded.problems, files)}\n`);
    return 1;
  }
  const tests = loaded.set.tests.filter(
    (test) => (rule === undefined || test.rule === rule) && (name === undefined || test.name.includes(name)),
  );
  const seen = new TestCoverage(loaded.plan);
  let failed = 0;
  for (const test of tests) {
    const failures = runRuleTest(loaded.plan, test, coverage ? (result) => seen.see(result) : undefined);
    if (failures.length > 0) failed += 1;
    const messages = failures.map(({ message }) => message);
    if (json)
      out(
        `${JSON.stringify({ rule: test.rule, test: test.name, ok: messages.length === 0, failures: messages })}\n`,
      );
    else for (const message of messages) out(`${test.rule}: ${test.name}\n  ${message}\n`);
  }
  if (!json) out(`${tests.length - failed} passed, ${failed} failed\n`);
  if (coverage) tellCoverage(seen, new Set(tests.map((test) => test.rule)), json, out);
  if (tests.length === 0) err('weir test: no test has such a name\n');
  return failed > 0 || tests.length === 0 ? 1 : 0;
}

function tellCoverage(
  seen: TestCoverage,
  rules: ReadonlySet<string>,
  json: boolean,
  out: Outputs['out'],
): void {
  const { parts, uncovered } = seen.result(rules);
  if (json) {
    out(`${JSON.stringify({ coverage: { parts, uncovered } })}\n`);
    return;
  }
  const shown = parts - new Set(uncovered.map((part) => `${part.rule} ${part.name}`)).size;
  out(`\ncoverage: ${shown} of ${parts} factors and lines are shown in both ways\n`);
  for (const { rule, name, sort, never } of uncovered) {
    const what =
      sort === 'factor' ? (never === 'true' ? 'never counts' : 'always counts') : `is never ${never}`;
    out(`  ${rule}: ${sort} ${name} ${what}\n`);
  }
}
