/** A rule in shadow beside the live one: what both decided, as the history has it. */

import type { Decision } from '../../core/decision.ts';
import { WeirError } from '../../core/errors.ts';
import type { History } from '../../core/history.ts';
import { sameValue } from '../../core/same-value.ts';
import type { Millis } from '../../core/units.ts';
import type { RuleSet } from '../../rules/rule-set.ts';
import { classOf, namesOf, numberOf } from '../../step/publication.ts';
import { PostgresHistory } from '../../store/postgres-history.ts';
import { changeText } from '../decision-line.ts';
import type { Outputs } from '../dispatch.ts';
import type { Environment } from '../environment.ts';
import { borrowHistory } from '../open-history.ts';
import { timeText } from './diff-lines.ts';
import { shownResult } from './end-results.ts';

export interface ShadowOptions {
  readonly set: RuleSet;
  readonly shadow: string;
  /** The live rule; undefined: the one that the name of the other begins with. */
  readonly live: string | undefined;
  readonly last: Millis | undefined;
  readonly examples: number;
  readonly json: boolean;
}

export interface ShadowComparison {
  readonly shadow: string;
  readonly live: string;
  /** How many each published since the shadow's first. */
  readonly published: readonly [live: number, shadow: number];
  readonly since: Millis;
  /** Entities for which either decided anything, and those for which the last decisions differ. */
  readonly entities: number;
  readonly differing: readonly (readonly [live: Decision | undefined, shadow: Decision | undefined])[];
}

/** Whether anything differs. */
export async function compareShadow(
  { set, shadow, live, last, examples, json }: ShadowOptions,
  environment: Environment,
  { out }: Outputs,
): Promise<boolean> {
  const other = live ?? liveBeside(set, shadow);
  const borrowed = await borrowHistory(environment);
  try {
    const history = new PostgresHistory(borrowed.database);
    const found = await shadowComparison(history, shadow, other, last);
    if (json) out(`${JSON.stringify(row(found))}\n`);
    else for (const line of lines(found, examples)) out(`${line}\n`);
    return found.differing.length > 0;
  } finally {
    await borrowed.close();
  }
}

/** @throws WeirError wrong_usage where no live rule of the kind is the beginning of its name */
export function liveBeside({ rules }: RuleSet, shadow: string): string {
  const rule = rules.find(({ name }) => name === shadow);
  const others = rules.filter(
    ({ name, mode, kind }) =>
      mode === 'live' &&
      name !== shadow &&
      shadow.startsWith(name) &&
      (!rule || kind.text === rule.kind.text),
  );
  const [longest] = others.map(({ name }) => name).sort((a, b) => b.length - a.length);
  if (longest !== undefined) return longest;
  throw new WeirError(
    'wrong_usage',
    `which live rule stands beside "${shadow}" is not clear; write weir diff --shadow ${shadow} LIVE`,
  );
}

export async function shadowComparison(
  history: Pick<History, 'eachDecision'>,
  shadow: string,
  live: string,
  last: Millis | undefined,
): Promise<ShadowComparison> {
  const always = { from: 0, to: Date.UTC(2100, 0, 1) };
  const shadows: Decision[] = [];
  await history.eachDecision(shadow, always, (decision) => shadows.push(decision), 'shadow');
  const newest = shadows.at(-1)?.time ?? 0;
  const since = Math.max(shadows[0]?.time ?? 0, last === undefined ? 0 : newest - last);
  const theirs = new Map<string, [Decision | undefined, Decision | undefined]>();
  const published: [number, number] = [0, 0];
  const take = (side: 0 | 1) => (decision: Decision) => {
    const key = `${decision.kind}:${decision.entity}`;
    const pair = theirs.get(key) ?? [undefined, undefined];
    theirs.set(key, pair);
    pair[side] = decision;
    if (decision.time >= since) published[side] += 1;
  };
  await history.eachDecision(live, always, take(0));
  for (const decision of shadows) take(1)(decision);
  const pairs = [...theirs.values()].filter((pair) =>
    pair.some((decision) => (decision?.time ?? 0) >= since),
  );
  const differing = pairs.filter(([a, b]) => !saysSame(a?.value ?? null, b?.value ?? null));
  return { shadow, live, published, since, entities: pairs.length, differing };
}

/** Numbers with their class, and lists by their names. */
function saysSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return sameValue([...namesOf(a)].sort(), [...namesOf(b)].sort());
  const [one, other] = [numberOf(a), numberOf(b)];
  if (one === undefined || other === undefined) return sameValue(a, b);
  return Math.abs(one - other) < 1e-6 && classOf(a) === classOf(b);
}

function lines(
  { shadow, live, published, since, entities, differing }: ShadowComparison,
  most: number,
): string[] {
  if (published[1] === 0) return [`${shadow} has decided nothing in shadow yet`];
  return [
    `${live} (live) and ${shadow} (shadow), since ${timeText(since)}`,
    `  decisions published   ${published[0]} and ${published[1]}`,
    `  of ${entities} entities, ${differing.length} stand otherwise (${Math.round((100 * differing.length) / Math.max(1, entities))} %)`,
    ...differing.slice(0, most).flatMap(([a, b]) => {
      const { kind, entity } = (b ?? a) as Decision;
      return [
        `  ${kind} ${entity}: ${shownResult(a?.value)} and ${shownResult(b?.value)}`,
        ...(a ? [`      live:   ${changeText(a)}`] : []),
        ...(b ? [`      shadow: ${changeText(b)}`] : []),
      ];
    }),
  ];
}

function row({ differing, since, ...found }: ShadowComparison) {
  return {
    ...found,
    since: new Date(since).toISOString(),
    differing: differing.map(([live, shadow]) => ({
      kind: (shadow ?? live)?.kind,
      entity: (shadow ?? live)?.entity,
      live: live ?? null,
      shadow: shadow ?? null,
    })),
  };
}
