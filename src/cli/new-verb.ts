/** `weir new`: the beginning of a rule, a feature or a test, with a test that fails until it says what is expected. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { didYouMean } from '../core/did-you-mean.ts';
import { WeirError } from '../core/errors.ts';
import { NAME } from '../rules/definition-name.ts';
import { isVisible, type KindPlan, type Plan } from '../rules/plan.ts';
import { formatProblems } from '../rules/problem.ts';
import { readArguments } from './arguments.ts';
import { readRuleFiles } from './check-verb.ts';
import { type Outputs, standard } from './dispatch.ts';
import { featureSkeleton, ruleSkeleton, type Skeleton, testSkeleton, withTest } from './new/skeletons.ts';
import type { Verb } from './verb.ts';

/** Those that make the clearest examples. */
const USUAL_EVENTS = ['content.opened', 'campaign.click'];
const SORTS = ['rule', 'feature', 'test'] as const;

export const newVerb: Verb = {
  usage: [
    'weir new rule|feature NAME [--for KIND] [--config DIR]',
    'weir new test RULE [--name TEXT]',
    '',
    'Writes a commented beginning: rules/NAME.yaml, features/NAME.yaml, or one more test at the end of the rule. Its test',
    'fails until you write what is expected; weir test says what it is now, and why. Nothing that exists is replaced.',
    '',
    '--for KIND   what it is about (lead, campaign, channel …; the first local kind where it is absent)',
    '--name TEXT  what the test is called',
    '--json       one JSON object',
    '',
    '  weir new rule worth_a_call --for lead',
    '  weir new feature downloads_7d',
    '  weir new test conversion --name "a silent lead"',
  ].join('\n'),
  run: async (args, env) => runNew(args, env),
};

/** @returns the exit code: 4 where there is something of this name already */
export function runNew(args: readonly string[], env: NodeJS.ProcessEnv, outputs: Outputs = standard): number {
  const text = { type: 'string' } as const;
  const { flags, words } = readArguments(
    args,
    { for: text, name: text },
    {
      least: 2,
      most: 2,
      what: 'rule, feature or test, and a name',
    },
  );
  const [sort, name] = words as [string, string];
  if (!SORTS.some((one) => one === sort))
    throw new WeirError('wrong_usage', `weir new ${sort}: write rule, feature or test`);
  const config = flags.config ?? env.WEIR_CONFIG ?? 'config';
  const { files, loaded } = readRuleFiles(config);
  if (!loaded.ok) throw new WeirError('config_invalid', formatProblems(loaded.problems, files));
  const { plan } = loaded;
  const said = (path: string, next: string) => {
    outputs.out(flags.json ? `${JSON.stringify({ path })}\n` : `${path}\n${next}\n`);
    return 0;
  };
  if (sort === 'test') {
    const { rule, kind } = ruleNamed(plan, name);
    const [, path = '', line = ''] = /^(.*):(\d+)$/.exec(rule.at) ?? [];
    const test = testSkeleton(skeleton(name, kind, plan), flags.name ?? 'say what is expected, and why');
    const changed = withTest(readFileSync(path, 'utf8'), Number(line), test);
    if (changed === undefined)
      throw new WeirError('wrong_usage', `the rule ${name} does not begin at ${rule.at}`);
    writeFileSync(path, changed);
    return said(path, `Edit the last test, then: weir test ${name}`);
  }
  if (!NAME.test(name))
    throw new WeirError('wrong_usage', `"${name}" is no name for a ${sort}: small letters, digits and _`);
  const about = skeleton(name, kindNamed(plan, flags.for), plan);
  const path = join(config, `${sort}s`, `${name}.yaml`);
  if (existsSync(path) || isTaken(plan, about)) {
    outputs.err(`weir new: there is a ${sort} "${name}" already${existsSync(path) ? `: ${path}` : ''}\n`);
    return 4;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, sort === 'rule' ? ruleSkeleton(about) : featureSkeleton(about));
  return said(path, `Edit it, then: weir test ${sort === 'rule' ? name : `${name}_seen`}`);
}

function isTaken(plan: Plan, { name, kind }: Skeleton): boolean {
  return (
    kind.slotOf.has(name) ||
    plan.kinds.some(({ nodes }) => nodes.some((node) => node.type === 'rule' && node.name === name))
  );
}

function ruleNamed(plan: Plan, name: string) {
  const rules = plan.kinds
    .filter(isVisible)
    .flatMap((kind) =>
      kind.nodes.flatMap((node) => (node.type === 'rule' ? [{ rule: node.rule, kind }] : [])),
    );
  const found = rules.find(({ rule }) => rule.name === name);
  if (found) return found;
  const meant = didYouMean(
    name,
    rules.map(({ rule }) => rule.name),
  );
  throw new WeirError(
    'wrong_usage',
    `there is no rule "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
  );
}

function kindNamed(plan: Plan, name: string | undefined): KindPlan {
  const local = plan.kinds.filter(({ role }) => role === 'local');
  const byKey = local.toSorted((a, b) => a.key.length - b.key.length);
  const preferred = byKey.find((kind) => kind.name === 'lead') ?? byKey[0];
  const found = name === undefined ? preferred : local.find((kind) => kind.name === name);
  if (found) return found;
  throw new WeirError(
    'wrong_usage',
    `--for: "${name}" is no local kind of entity; kinds: ${local.map((kind) => kind.name).join(', ')}`,
  );
}

/** With a feature and an event that the kind really has, so that what is written loads. */
function skeleton(name: string, kind: KindPlan, plan: Plan): Skeleton {
  const counts = kind.nodes.filter((node) => node.type === 'aggregate' && node.default === 0);
  const feature =
    (counts[0] ?? kind.nodes.find((node) => node.type === 'aggregate'))?.name ?? kind.key[0] ?? 'x';
  const heard = [...USUAL_EVENTS, ...kind.feeds.keys()].filter((type) => kind.feeds.has(type));
  const event = heard.map((type) => plan.events.get(type)).find((type) => type !== undefined);
  if (event === undefined)
    throw new WeirError('wrong_usage', `no event is about a ${kind.name} yet: declare a feature of it first`);
  return { name, kind, feature, event };
}
