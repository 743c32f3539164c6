/** Flags and words of a verb, read strictly, with errors that say what was probably meant. */

import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { didYouMean } from '../core/did-you-mean.ts';
import { WeirError } from '../core/errors.ts';

/** Flags that every verb understands, before or behind its name. */
export const GLOBAL_FLAGS = {
  config: { type: 'string' },
  url: { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig;

/** @throws WeirError wrong_usage */
export function readArguments<const Flags extends ParseArgsOptionsConfig>(
  args: readonly string[],
  flags: Flags,
  words: { readonly least: number; readonly most: number; readonly what: string },
) {
  const options = { ...GLOBAL_FLAGS, ...flags };
  const parsed = (() => {
    try {
      return parseArgs({ args: [...args], options, allowPositionals: true });
    } catch (error) {
      throw new WeirError(
        'wrong_usage',
        flagProblem(error as NodeJS.ErrnoException, args, Object.keys(options)),
      );
    }
  })();
  const { positionals } = parsed;
  if (positionals.length < words.least) throw new WeirError('wrong_usage', `${words.what} is missing`);
  if (positionals.length > words.most)
    throw new WeirError('wrong_usage', `"${positionals[words.most]}" is one word too many`);
  return { flags: parsed.values, words: positionals };
}

function flagProblem(
  error: NodeJS.ErrnoException,
  args: readonly string[],
  known: readonly string[],
): string {
  const given = /'(-[^']*?)(?: <value>)?'/.exec(error.message)?.[1]?.split(', ').at(-1) ?? '';
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const meant = didYouMean(given.replace(/^--?/, ''), known);
    return `unknown flag ${given}${meant === undefined ? '' : `; did you mean --${meant}?`}`;
  }
  if (error.message.includes('argument missing')) return `${given} needs a value`;
  if (error.message.includes('does not take an argument')) return `${given} takes no value`;
  return `${error.message.split('\n')[0]} (in: ${args.join(' ')})`;
}

/** A whole number from `least` up; undefined when the flag was not given. */
export function wholeNumber(flag: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  throw new WeirError('wrong_usage', `--${flag} must be a whole number from ${least} up, is "${text}"`);
}
