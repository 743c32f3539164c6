/** `weir apply`: a rule set comes into force everywhere, after check and tests, or one of before comes back. */

import { setTimeout as sleep } from 'node:timers/promises';
import { WeirError } from '../core/errors.ts';
import { type Millis, SECOND } from '../core/units.ts';
import { deployedPartitions } from '../processor/deployment.ts';
import { beginSubscriptions } from '../processor/open-subscribe.ts';
import type { RedisConnection } from '../processor/redis-connection.ts';
import { RedisRuleLibrary, storedFiles } from '../processor/redis-rule-library.ts';
import { type Change, RulesInForce } from '../processor/rules-in-force.ts';
import { loadRuleSet, type RuleFile } from '../rules/load-rule-set.ts';
import type { Plan } from '../rules/plan.ts';
import { formatProblems } from '../rules/problem.ts';
import { PostgresHistory } from '../store/postgres-history.ts';
import { readArguments } from './arguments.ts';
import { readRuleFiles } from './check-verb.ts';
import { checkRules, passTests } from './checked-rules.ts';
import { compareSides, loadSide } from './diff/compare-sides.ts';
import { type Outputs, standard } from './dispatch.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { borrowHistory } from './open-history.ts';
import { borrowRedis, filesInForce } from './open-redis.ts';
import type { Verb } from './verb.ts';

/** So long it waits for partitions to say that they have changed. */
const PATIENCE: Millis = 10 * SECOND;
const EXAMPLES = 3;

export const applyVerb: Verb = {
  usage: [
    'weir apply [--to HASH] [--previous HASH] [--diff] [--dry-run] [--config DIR]',
    '',
    'Checks the rule files and runs their tests; then the set is stored, and every log gets rules.activated. Partitions',
    'change when they come to that entry. Talks to Redis itself: REDIS_URL, or the server of the weir under WEIR_DATA.',
    '',
    '--to HASH        a set that was in force before, instead of the files: the way back',
    '--previous HASH  only if this set is in force; refused (exit code 4) when somebody changed it meanwhile',
    '--diff           first what the history would have been under it; then it is applied',
    '--dry-run        everything but the change itself',
    '',
    '  weir apply --diff --dry-run',
    '  weir apply --previous 67a77c58a8e8e9fa',
    '  weir apply --to 67a77c58a8e8e9fa',
  ].join('\n'),
  run: (args, env) => runApply(args, env),
};

/** @returns the exit code */
export async function runApply(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  outputs: Outputs = standard,
): Promise<number> {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const;
  const flagsOf = { to: text, previous: text, diff: flag, 'dry-run': flag } as const;
  const { flags } = readArguments(args, flagsOf, { least: 0, most: 0, what: '' });
  const given = readEnvironment(env);
  const environment = { ...given, config: flags.config ?? given.config };
  const { out, err } = outputs;
  const said = (fields: Record<string, unknown>, line: string) =>
    out(`${flags.json ? JSON.stringify(fields) : line}\n`);
  let rules: { files: readonly RuleFile[]; plan: Plan } | undefined;
  if (flags.to === undefined) {
    const checked = checkRules(readRuleFiles(environment.config).files);
    await passTests(checked);
    rules = checked;
  }
  const redis = await borrowRedis(environment);
  try {
    rules ??= await archived(redis.connection, environment, flags.to as string);
    const { files, plan } = rules;
    const partitions = await deployedPartitions(redis.connection);
    if (partitions === undefined)
      throw new WeirError(
        'setup_failed',
        'applying rules: nothing runs here yet; weir run starts with the files of its --config',
      );
    if (partitions !== plan.settings.partitions)
      throw new WeirError(
        'config_invalid',
        `applying rules: they have ${plan.settings.partitions} partitions, this deployment was created with ${partitions}; the number never changes`,
      );
    const inForce = new RulesInForce(redis.connection, partitions);
    const before = await inForce.current();
    if (before === plan.hash) {
      said({ hash: plan.hash, applied: false }, `rule set ${plan.hash} is in force already`);
      return 0;
    }
    if (flags.previous !== undefined && flags.previous !== before)
      return refused(before, flags.previous, err);
    if (flags.diff && before !== undefined) {
      const old = loadSide('in force', await filesInForce(redis.connection), out, true);
      const next = loadSide(flags.to ?? environment.config, files, out, true);
      if (old && next)
        await compareSides(old, next, { examples: EXAMPLES, json: false }, env, {
          out: flags.json ? err : out,
          err,
        });
    }
    if (flags['dry-run']) {
      said(
        { hash: plan.hash, previous: before ?? null, applied: false },
        `rule set ${plan.hash} would take the place of ${before ?? 'none'}`,
      );
      return 0;
    }
    const stored = await new RedisRuleLibrary(redis.connection, plan).store(plan, files);
    await beginSubscriptions(redis.connection, plan);
    const change = await inForce.change(stored, before);
    if (!change.ok) return refused(change.inForce, before ?? '', err);
    const { waiting, refused: others } = await settled(inForce, plan.hash, change);
    if (others > 0) return refused(await inForce.current(), before ?? '', err);
    const told =
      waiting > 0 ? `; ${waiting} of ${partitions} partitions come to it later, when weir runs` : '';
    said(
      { hash: plan.hash, previous: before ?? null, applied: true, waiting },
      `rule set ${plan.hash} is in force${told}; before: ${before ?? 'none'}`,
    );
    return 0;
  } finally {
    await redis.close();
  }
}

function refused(inForce: string | undefined, expected: string, err: Outputs['err']): number {
  err(
    `weir apply: refused: ${inForce || 'no set'} is in force, not ${expected}: somebody changed the rules meanwhile; look at weir diff, and apply again\n`,
  );
  return 4;
}

async function settled(inForce: RulesInForce, hash: string, change: Change & { ok: true }) {
  for (let waited = 0; ; waited += 100) {
    const progress = await inForce.progress(hash, change.written);
    if (progress.waiting === 0 || waited >= PATIENCE) return progress;
    await sleep(100);
  }
}

/** A set of before: from Redis, else from the history. */
async function archived(
  connection: RedisConnection,
  environment: Environment,
  hash: string,
): Promise<{ files: readonly RuleFile[]; plan: Plan }> {
  const files = (await storedFiles(connection, hash)) ?? (await fromHistory(environment, hash));
  if (files === undefined)
    throw new WeirError('wrong_usage', `--to ${hash}: no rule set of this hash was ever in force here`);
  const loaded = loadRuleSet(files, { accepted: true });
  if (!loaded.ok) throw new WeirError('config_invalid', formatProblems(loaded.problems, files));
  return { files, plan: loaded.plan };
}

async function fromHistory(environment: Environment, hash: string): Promise<readonly RuleFile[] | undefined> {
  const history = await borrowHistory(environment).catch(() => undefined);
  try {
    return history && (await new PostgresHistory(history.database).ruleSet(hash));
  } finally {
    await history?.close();
  }
}
