/** `weir check`: everything that can be known of the rule files without running them. */

import { resolve } from 'node:path';
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
    'weir check [FILE…] [--config DIR] [--strict] [--against COMMIT|FOLDER]',
    '',
    '  FILE…              tells only what is wrong in these; the whole set is read all the same',
    '  --strict           warnings count as problems',
    '  --against COMMIT   the rules there: a version must rise where a rule decides otherwise than it did. Comments,',
    '                     tests, owners and descriptions need no new version',
    '  --json             one problem a line, and one line {"ok":…} about the set at the end',
    '',
    '  weir check',
    '  weir check config/rules/conversion.yaml --json',
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
  const { flags, words } = readArguments(args, flagsOf, { least: 0, most: 10_000, what: '' });
  const config = flags.config ?? env.WEIR_CONFIG ?? 'config';
  const { files, loaded } = readRuleFiles(config);
  const wanted = wantedPaths(words, files, config);
  const all = loaded.ok ? [...loaded.warnings] : [...loaded.problems];
  const found = wanted ? all.filter(({ path }) => wanted.has(path)) : all;
  if (loaded.ok && flags.against !== undefined) {
    const old = loadRuleSet(await rulesOf(flags.against, config), { accepted: true });
    if (!old.ok)
      throw new WeirError(
        'wrong_usage',
        `--against ${flags.against}: the rules there have ${old.problems.length} problems`,
      );
    found.push(
      ...versionProblems(old, loaded, flags.against).filter(({ path }) => wanted?.has(path) ?? true),
    );
  }
  const problems = found.filter(({ severity }) => severity === 'error');
  const warnings = found.filter(({ severity }) => severity === 'warning');
  const ok = problems.length === 0 && !(flags.strict && warnings.length > 0);
  if (flags.json) {
    for (const problem of [...problems, ...warnings]) out(`${JSON.stringify(problem)}\n`);
    const counts = { errors: problems.length, warnings: warnings.length };
    out(`${JSON.stringify({ ok, ...counts, ...(loaded.ok ? standing(loaded) : {}) })}\n`);
    return ok ? 0 : 1;
  }
  const elsewhere = all.length - found.length;
  if (problems.length > 0) out(`${formatProblems(problems, files)}\n`);
  if (elsewhere > 0 && !loaded.ok) err(`${elsewhere} more in other files\n`);
  if (problems.length > 0) return 1;
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  for (const warning of warnings) err(`${formatProblem(warning, texts.get(warning.path))}\n\n`);
  out(loaded.ok ? `${acceptedText(loaded)}\n` : `ok  ${words.join(', ')}\n`);
  return ok ? 0 : 1;
}

function standing({ set, plan }: Extract<LoadedRuleSet, { ok: true }>) {
  const { rules, reports, features, tests } = set;
  const counts = {
    rules: rules.length,
    reports: reports.length,
    features: features.length,
    tests: tests.length,
  };
  return { ...counts, hash: plan.hash };
}

/** Paths as problems name them; undefined where no file is named. */
function wantedPaths(
  words: readonly string[],
  files: readonly RuleFile[],
  config: string,
): ReadonlySet<string> | undefined {
  if (words.length === 0) return undefined;
  return new Set(
    words.map((word) => {
      const file = files.find(({ path }) => resolve(path) === resolve(word));
      if (file) return file.path;
      throw new WeirError('wrong_usage', `${word} is no rule file of ${config}`);
    }),
  );
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
