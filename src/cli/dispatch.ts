/** From the words after `weir` to a verb, and from what it throws to a message and an exit code. */

import { didYouMean } from '../core/did-you-mean.ts';
import { type ErrorCode, WeirError } from '../core/errors.ts';
import { GLOBAL_FLAGS } from './arguments.ts';
import type { VerbEntry } from './verb.ts';
import { version } from './version.ts';

export interface Outputs {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** The terminal, or what stands in its place. */
export const standard: Outputs = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/** Exit codes of errors that end a command; 1 for those that are not named. */
export const EXIT: Partial<Record<ErrorCode, number>> = {
  wrong_usage: 2,
  redis_away: 3,
  redis_settings: 3,
  setup_failed: 3,
};

/** Runs one command line to its end and answers the exit code. */
export async function dispatch(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  verbs: readonly VerbEntry[],
  { out, err }: Outputs = standard,
): Promise<number> {
  const { name, args } = verbAndArguments(words);
  if (args.includes('--version') && name === undefined) {
    out(`weir ${version()}\n`);
    return 0;
  }
  const asked = name === 'help' ? args[0] : name;
  if (asked === undefined) {
    const stray = args.find((word) => word !== '--help' && word !== '-h');
    if (stray === undefined) out(overview(verbs));
    else err(`weir: unknown flag ${stray}\n\n${overview(verbs)}`);
    return stray === undefined ? 0 : 2;
  }
  const entry = verbs.find((known) => known.name === asked);
  if (entry === undefined) {
    const meant = didYouMean(
      asked,
      verbs.map((known) => known.name),
    );
    err(`weir: unknown verb "${asked}"${meant === undefined ? '' : `; did you mean "${meant}"?`}\n`);
    err('Try: weir --help\n');
    return 2;
  }
  const verb = await entry.load();
  const options = args.slice(0, args.includes('--') ? args.indexOf('--') : undefined);
  if (name === 'help' || options.includes('--help') || options.includes('-h')) {
    out(`${entry.summary}\n\n${verb.usage.trimEnd()}\n`);
    return 0;
  }
  try {
    return await verb.run(args, env);
  } catch (error) {
    if (!(error instanceof WeirError)) {
      err(`weir ${entry.name}: unexpected error\n${(error as Error).stack ?? error}\n`);
      return 1;
    }
    err(`weir ${entry.name}: ${error.message}\n`);
    if (error.code === 'wrong_usage') err(`Usage: ${verb.usage.split('\n', 1)[0]}\n`);
    return EXIT[error.code] ?? 1;
  }
}

/** Global flags may stand before the verb; they are handed to it all the same. */
function verbAndArguments(words: readonly string[]): { name: string | undefined; args: string[] } {
  const before: string[] = [];
  let at = 0;
  while (at < words.length && (words[at] as string).startsWith('-')) {
    const word = words[at] as string;
    const flag = GLOBAL_FLAGS[word.slice(2) as keyof typeof GLOBAL_FLAGS];
    const length = flag?.type === 'string' ? 2 : 1;
    before.push(...words.slice(at, at + length));
    at += length;
  }
  return { name: words[at], args: [...words.slice(at + 1), ...before] };
}

function overview(verbs: readonly VerbEntry[]): string {
  const width = Math.max(0, ...verbs.map(({ name }) => name.length));
  const lines = verbs.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'weir turns recruitment-marketing events into explained decisions while they arrive.',
    '',
    'Usage: weir VERB [arguments]',
    '',
    ...lines,
    '',
    'Everywhere:',
    '  --config DIR  the rule files (default: WEIR_CONFIG, else ./config)',
    '  --url URL     talk to the weir that runs there',
    '  --json        one JSON object per line',
    '  --help        about a verb; --version',
    '',
  ].join('\n');
}
