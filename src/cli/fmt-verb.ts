/** `weir fmt`: rule files in one form, so that what changed is all that differs. */

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { WeirError } from '../core/errors.ts';
import { formatYaml } from '../rules/format-yaml.ts';
import { readArguments } from './arguments.ts';
import { type Outputs, standard } from './dispatch.ts';
import { readConfig } from './read-config.ts';
import type { Verb } from './verb.ts';

export const fmtVerb: Verb = {
  usage: [
    'weir fmt [FILE…] [--check] [--config DIR]',
    '',
    'Writes rule files in one form: keys of rules in one order, two spaces for each level, lines are not broken.',
    'Comments stay, and so does the meaning: a file that would come to mean something else is',
    'left as it is. Columns that were lined up by hand are not.',
    '',
    '--check  writes nothing; exit code 1 where a file is not in this form',
    '--json   one line for each file',
    '',
    '  weir fmt',
    '  weir fmt config/rules/conversion.yaml',
    '  weir fmt --check',
  ].join('\n'),
  run: async (args, env) => runFmt(args, env),
};

/** @returns the exit code */
export function runFmt(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { out, err }: Outputs = standard,
): number {
  const { flags, words } = readArguments(
    args,
    { check: { type: 'boolean' } },
    { least: 0, most: 10_000, what: '' },
  );
  const files =
    words.length > 0 ? words.map(fileNamed) : filesBelow(flags.config ?? env.WEIR_CONFIG ?? 'config');
  let [changed, refused] = [0, 0];
  for (const { path, text } of files) {
    const formatted = formatYaml(text);
    const state = !formatted.ok ? 'refused' : formatted.text === text ? 'same' : 'changed';
    if (state === 'changed') changed += 1;
    if (!formatted.ok) refused += 1;
    if (formatted.ok && state === 'changed' && !flags.check) writeFileSync(path, formatted.text);
    if (flags.json)
      out(`${JSON.stringify({ path, state, ...(formatted.ok ? {} : { problem: formatted.problem }) })}\n`);
    else if (!formatted.ok) err(`${path}: ${formatted.problem}\n`);
    else if (state === 'changed') out(`${path}\n`);
  }
  if (!flags.json)
    err(`${changed} of ${files.length} files ${flags.check ? 'are not in this form' : 'written anew'}\n`);
  return refused > 0 || (flags.check && changed > 0) ? 1 : 0;
}

function fileNamed(path: string): { path: string; text: string } {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new WeirError('wrong_usage', `there is no file ${path}`);
  return { path, text: readFileSync(path, 'utf8') };
}

function filesBelow(folder: string): { path: string; text: string }[] {
  try {
    return readConfig(folder);
  } catch (error) {
    throw new WeirError('wrong_usage', `reading rule files: ${(error as Error).message}; give --config DIR`);
  }
}
