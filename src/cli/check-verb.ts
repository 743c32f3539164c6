/** `weir check`: everything that can be known of the rule files without running them. */

import { WeirError } from '../core/errors.ts';
import { type LoadedRuleSet, loadRuleSet, type RuleFile } from '../rules/load-rule-set.ts';
import { isVisible } from '../rules/plan.ts';
import { formatProblem, formatProblems } from '../rules/problem.ts';
import { readArguments } from './arguments.ts';
import { readConfig } from './read-config.ts';
import type { Verb } from './verb.ts';

export const checkVerb: Verb = {
  name: 'check',
  summary: 'check the rule files: every problem, with its place',
  usage: 'weir check [--config DIR] [--strict]\n\n  --strict  warnings count as problems',
  run: async (args, env) => {
    const { flags } = readArguments(args, { strict: { type: 'boolean' } }, { least: 0, most: 0, what: '' });
    const { files, loaded } = readRuleFiles(flags.config ?? env.WEIR_CONFIG ?? 'config');
    const problems = loaded.ok ? [] : loaded.problems;
    if (flags.json)
      for (const problem of [...problems, ...(loaded.ok ? loaded.warnings : [])])
        print(JSON.stringify(problem));
    if (!loaded.ok) {
      if (!flags.json) print(formatProblems(loaded.problems, files));
      return 1;
    }
    const texts = new Map(files.map(({ path, text }) => [path, text]));
    for (const warning of loaded.warnings)
      process.stderr.write(`${formatProblem(warning, texts.get(warning.path))}\n\n`);
    const { rules, features, tests } = loaded.set;
    const kinds = loaded.plan.kinds.filter((kind) => isVisible(kind) && kind.nodes.length > 0);
    if (!flags.json)
      print(
        `ok  ${rules.length} rules, ${features.length} features, ${kinds.length} kinds of entity, ${tests.length} tests  (${loaded.plan.hash})`,
      );
    return flags.strict && loaded.warnings.length > 0 ? 1 : 0;
  },
};

/** The rule files of a folder, loaded; a folder that is not there is wrong usage. */
export function readRuleFiles(folder: string): { files: RuleFile[]; loaded: LoadedRuleSet } {
  let files: RuleFile[];
  try {
    files = readConfig(folder);
  } catch (error) {
    throw new WeirError('wrong_usage', `reading rule files: ${(error as Error).message}; give --config DIR`);
  }
  return { files, loaded: loadRuleSet(files) };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
