/** `weir diff`: the history through two rule sets, and what the one decides otherwise than the other. */

import { WeirError } from '../core/errors.ts';
import { parseDuration } from '../core/units.ts';
import { readArguments, wholeNumber } from './arguments.ts';
import { readRuleFiles } from './check-verb.ts';
import { compareShadow } from './diff/compare-shadow.ts';
import { compareSides, loadSide, type Side } from './diff/compare-sides.ts';
import { type Outputs, standard } from './dispatch.ts';
import { readEnvironment } from './environment.ts';
import { borrowRedis, filesInForce } from './open-redis.ts';
import { isFolder, rulesOf } from './rules-of.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = 5;

export const diffVerb: Verb = {
  name: 'diff',
  summary: 'the history through old and new rules: what would be decided otherwise',
  usage: [
    'weir diff [COMMIT|FOLDER [RULE]] [--last 30d] [--exit-code] [--events FILE] [--config DIR]',
    'weir diff --shadow RULE [LIVE] [--last 30d]',
    '',
    'Reads every kept event once, and runs it through both rule sets. A COMMIT has the old rules and --config the new',
    'ones, as with git diff; a FOLDER has the new rules, and --config the old ones. Without either the old rules are those',
    'in force.',
    '',
    'RULE           only this rule',
    '--last 30d     compares the decisions of the last 30 days; the history is read from its beginning all the same',
    '--events FILE  instead of the history: one JSON event a line, as producers send them',
    '--examples N   how many changed decisions and results are shown of each rule (5)',
    '--exit-code    1 where anything differs; else 0, whatever differs',
    '--shadow RULE  what a rule in shadow decided, beside the live rule LIVE (else the one its name begins with)',
    '--json         every changed decision with both reasons, one a line; the last line is the summary',
    '',
    '  weir diff HEAD                      # what the edits in config/ would have decided',
    '  weir diff main conversion --last 30d --exit-code',
    '  weir diff --shadow conversion_next conversion',
    '  weir diff ../proposal --events yesterday.ndjson',
  ].join('\n'),
  run: (args, env) => runDiff(args, env),
};

/** @returns the exit code */
export async function runDiff(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  outputs: Outputs = standard,
): Promise<number> {
  const text = { type: 'string' } as const;
  const { flags, words } = readArguments(
    args,
    { last: text, events: text, examples: text, shadow: text, 'exit-code': { type: 'boolean' } },
    { least: 0, most: 2, what: '' },
  );
  const config = flags.config ?? env.WEIR_CONFIG ?? 'config';
  const last = flags.last === undefined ? undefined : parseDuration(flags.last);
  if (flags.last !== undefined && last === undefined)
    throw new WeirError('wrong_usage', `--last: "${flags.last}" is not a time such as 30d`);
  const examples = wholeNumber('examples', flags.examples, 0) ?? EXAMPLES;
  const json = flags.json === true;
  const failing = (found: boolean) => (found && flags['exit-code'] ? 1 : 0);
  const own = loadSide(config, readRuleFiles(config).files, outputs.out);
  if (!own) return 1;
  if (flags.shadow !== undefined) {
    if (words.length > 1) throw new WeirError('wrong_usage', `"${words[1]}" is one word too many`);
    const compared = { set: own.set, shadow: flags.shadow, live: words[0], last, examples, json };
    return failing(await compareShadow(compared, readEnvironment(env), outputs));
  }
  const [name, rule] = words as [string?, string?];
  const other =
    name === undefined
      ? await inForce(env, outputs)
      : loadSide(name, await rulesOf(name, config), outputs.out);
  if (!other) return 1;
  const [old, next] = name !== undefined && isFolder(name) ? [own, other] : [other, own];
  checkRule(rule, old, next);
  return failing(
    await compareSides(old, next, { rule, last, events: flags.events, examples, json }, env, outputs),
  );
}

async function inForce(env: NodeJS.ProcessEnv, { out }: Outputs): Promise<Side | undefined> {
  const redis = await borrowRedis(readEnvironment(env));
  try {
    return loadSide('in force', await filesInForce(redis.connection), out, true);
  } finally {
    await redis.close();
  }
}

function checkRule(rule: string | undefined, ...sides: readonly Side[]): void {
  const [first, second] = sides.map(({ plan }) => plan.settings.partitions);
  if (first !== second)
    throw new WeirError(
      'wrong_usage',
      `the sets have ${first} and ${second} partitions; the number never changes, so give them the same`,
    );
  if (rule === undefined) return;
  const known = sides.flatMap(({ set }) => set.rules.map((other) => other.name));
  if (!known.includes(rule)) throw new WeirError('wrong_usage', `neither set has a rule "${rule}"`);
}
