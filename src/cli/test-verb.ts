/** `weir test`: the tests that stand in rule files. */

import { formatProblems } from '../rules/problem.ts';
import { readArguments } from './arguments.ts';
import { readRuleFiles } from './check-verb.ts';
import { runRuleTest } from './rule-tests.ts';
import type { Verb } from './verb.ts';

export const testVerb: Verb = {
  name: 'test',
  summary: 'run the tests in the rule files',
  usage: 'weir test [RULE] [-t NAME] [--config DIR]\n\n  -t NAME  only tests whose name contains NAME',
  run: async (args, env) => {
    const { flags, words } = readArguments(
      args,
      { test: { type: 'string', short: 't' } },
      { least: 0, most: 1, what: '' },
    );
    const { files, loaded } = readRuleFiles(flags.config ?? env.WEIR_CONFIG ?? 'config');
    if (!loaded.ok) {
      process.stdout.write(`${formatProblems(loaded.problems, files)}\n`);
      return 1;
    }
    const tests = loaded.set.tests.filter(
      (test) =>
        (words[0] === undefined || test.rule === words[0]) &&
        (flags.test === undefined || test.name.includes(flags.test)),
    );
    let failed = 0;
    for (const test of tests) {
      const failures = runRuleTest(loaded.plan, test);
      if (failures.length > 0) failed += 1;
      if (flags.json)
        process.stdout.write(
          `${JSON.stringify({ rule: test.rule, test: test.name, ok: failures.length === 0, failures: failures.map(({ message }) => message) })}\n`,
        );
      else
        for (const { message } of failures)
          process.stdout.write(`${test.rule}: ${test.name}\n  ${message}\n`);
    }
    if (!flags.json) process.stdout.write(`${tests.length - failed} passed, ${failed} failed\n`);
    if (tests.length === 0) process.stderr.write('weir test: no test has such a name\n');
    return failed > 0 || tests.length === 0 ? 1 : 0;
  },
};
