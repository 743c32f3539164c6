/** `weir check`: everything that can be known of the rule files without running them. */

import { WeirError } from '../core/errors.ts';
import { acceptedText } from '../http/check-files.ts';
import { type LoadedRuleSet, loadRuleSet, type RuleFile } from '../rules/load-rule-set.ts';
import { formatProblem, formatProblems } from '../rules/problem.ts';
import { versionProblems } from '../rules/version-problems.ts';
import { readArguments } from './arguments.ts';
import { type Outputs, standard } from './dispatch.ts';
import { readConfig } from './read-config.ts';
import { rulesOf } from './rules-of.ts';
import type { Verb } from './verb.ts';

export const checkVerb: Verb = {
  usage: [
    'weir check [--config DIR] [--strict] [--against COMMIT|FOLDER]',
    '',
    '  --strict           warnings count as problems',
    '  --against COMMIT   the rules there: a version must rise where a rule decides otherwise than it did. Comments,',
    '                     tests, owners and descriptions need no new version',
    '',
    '  weir check --against main',
  ].join('\n'),
  run: (args, env) => runCheck(args, env),
};

/** @returns the exit code */
export async function runCheck(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { out, err }: Outputs = standard,
): Promise<number> {
  const flagsOf = { strict: { type: 'boolean' }, against: { type: 'string' } } as const;
  const { flags } = readArguments(args, flagsOf, { least: 0, most: 0, what: '' });
  const config = flags.config ?? env.WEIR_CONFIG ?? 'config';
  const { files, loaded } = readRuleFiles(config);
  const found = loaded.ok ? [...loaded.warnings] : [...loaded.problems];
  if (loaded.ok && flags.against !== undefined) {
    const old = loadRuleSet(await rulesOf(flags.against, config), { accepted: true });
    if (!old.ok)
      throw new WeirError(
        'wrong_usage',
        `--against ${flags.against}: the rules there have ${old.problems.length} problems`,
      );
    found.push(...versionProblems(old, loaded, flags.against));
  }
  const problems = found.filter(({ severity }) => severity === 'error');
  const warnings = found.filter(({ severity }) => severity === 'warning');
  if (flags.json) for (const problem of [...problems, ...warnings]) out(`${JSON.stringify(problem)}\n`);
  else if (problems.length > 0) out(`${formatProblems(problems, files)}\n`);
  if (!loaded.ok || problems.length > 0) return 1;
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  for (const warning of warnings) err(`${formatProblem(warning, texts.get(warning.path))}\n\n`);
  if (!flags.json) out(`${acceptedText(loaded)}\n`);
  return flags.strict && warnings.length > 0 ? 1 : 0;
}

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
