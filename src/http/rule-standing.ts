/** How a rule fares: how often it ran and with what, since this process started; and where it fails or is switched off. */

import Type from 'typebox';
import type { StandingBreaker } from '../processor/read-breakers.ts';
import type { RuleNode } from '../rules/plan-node.ts';
import { TIME } from './answer-schemas.ts';
import type { AppOptions } from './app.ts';
import { type Figure, figures } from './figures.ts';
import { iso } from './history-answer.ts';

/** What a run may come to. */
export const RESULTS = ['published', 'unchanged', 'held', 'error', 'off'] as const;

export const STANDING_RULE = {
  evaluations: Type.Record(Type.Enum([...RESULTS]), Type.Integer(), {
    description: 'Runs by what came of them, on this instance, since it started',
  }),
  errors: Type.Integer({ description: 'Runs that failed, on this instance, since it started' }),
  breaker: Type.Array(
    Type.Object({
      partition: Type.Integer(),
      failures: Type.Integer({ description: 'In a row' }),
      off_since: Type.Optional(TIME),
      off_until: Type.Optional(TIME),
      error: Type.Optional(Type.String()),
    }),
    { description: 'Partitions in which it fails; with `off_since` it is not run there until `off_until`' },
  ),
};

export interface RuleFigures {
  readonly evaluations: Readonly<Record<(typeof RESULTS)[number], number>>;
  readonly errors: number;
}

/** Of any rule by name. */
export async function ruleFigures({
  meter,
}: Pick<AppOptions, 'meter'>): Promise<(rule: string) => RuleFigures> {
  const runs = await figures(meter, 'weir_rule_evaluations_total');
  const errors = await figures(meter, 'weir_rule_errors_total');
  const sum = (found: readonly Figure[], rule: string, result?: string) =>
    found
      .filter(({ labels }) => labels.rule === rule && (result === undefined || labels.result === result))
      .reduce((total, { value }) => total + value, 0);
  return (rule) => ({
    evaluations: Object.fromEntries(
      RESULTS.map((result) => [result, sum(runs, rule, result)]),
    ) as RuleFigures['evaluations'],
    errors: sum(errors, rule),
  });
}

/** Where it fails or is switched off; nothing where that cannot be read. */
export async function breakersOf({ breakers }: AppOptions, node: RuleNode): Promise<StandingBreaker[]> {
  const all = (await breakers?.()) ?? [];
  return all.filter(({ definition }) => definition === node.definition);
}

export function breakerAnswer({ partition, failures, off }: StandingBreaker) {
  const { since, until, error } = off ?? {};
  return {
    partition,
    failures,
    ...(since !== undefined && until !== undefined && { off_since: iso(since), off_until: iso(until) }),
    ...(error !== undefined && { error }),
  };
}
