/** `weir diff`: the history through two rule sets, and what the one decides otherwise than the other. */

import { WeirError } from '../core/errors.ts';
import { parseDuration } from '../core/units.ts';
import { readArguments, wholeNumber } from './arguments.ts';
import { readRuleFiles } from './check-verb.ts';
import { compareShadow } from './diff/compare-shadow.ts';
import { type CompareOptions, compareSides, loadSide, type Side } from './diff/compare-sides.ts';
import { type Outputs, standard } from './dispatch.ts';
import { readEnvironment } from './environment.ts';
import { borrowHistory } from './open-history.ts';
import { borrowRedis, filesInForce } from './open-redis.ts';
import { readPastRules } from './past-rules.ts';
import { isFolder, rulesOf } from './rules-of.ts';
import type { Verb } from './verb.ts';

const EXAMPLES = 5;

export const diffVerb: Verb = {
  usage: [
    'weir diff [COMMIT|FOLDER [RULE]] [--last 30d] [--exit-code] [--events FILE] [--config DIR]',
    'weir diff --past [FOLDER] [RULE] [--last 30d]',
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
    '--past         the old rules are those in force at each place of the history: what was really decided',
    '--shadow RULE  what a rule in shadow decided, beside the live rule LIVE (else the one its name begins with)',
    '--json         every changed decision with both reasons, one a line; the last line is the summary',
    '',
    '  weir diff HEAD                      # what the edits in config/ would have decided',
    '  weir diff main conversion --last 30d --exit-code',
    '  weir diff --past --last 30d         # what the rules here would have done otherwise than was done',
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
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const;
  const { flags, words } = readArguments(
    args,
    { last: text, events: text, examples: text, shadow: text, past: flag, 'exit-code': flag },
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
  if (flags.past) {
    if (flags.events !== undefined)
      throw new WeirError('wrong_usage', '--past is about the history: it does not go with --events');
    const compared = { last, examples, json };
    const found = await comparePast(own, words, config, compared, env, outputs);
    return found === undefined ? 1 : failing(found);
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

/** The old side is what was in force at each place of the history; undefined when the new one has problems. */
async function comparePast(
  own: Side,
  words: readonly string[],
  config: string,
  options: Pick<CompareOptions, 'last' | 'examples' | 'json'>,
  env: NodeJS.ProcessEnv,
  outputs: Outputs,
): Promise<boolean | undefined> {
  const [first, second] = words;
  const folder = first !== undefined && isFolder(first) ? first : undefined;
  if (folder === undefined && second !== undefined)
    throw new WeirError(
      'wrong_usage',
      `--past holds the files here, or those of a folder, against the rules of the history: "${first}" is no folder`,
    );
  const rule = folder === undefined ? first : second;
  const next = folder === undefined ? own : loadSide(folder, await rulesOf(folder, config), outputs.out);
  if (!next) return undefined;
  const history = await borrowHistory(readEnvironment(env));
  const past = await readPastRules(history.database).finally(() => history.close());
  const old = { ...past.now, name: 'in force at the time' };
  checkRule(rule, old, next);
  return compareSides(old, next, { ...options, rule, past }, env, outputs);
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
