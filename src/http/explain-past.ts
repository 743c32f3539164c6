/** Why results of the past were what they were: the last decision of each rule until then, as it was recorded. */

import type { Context } from 'hono';
import type { Millis } from '../core/units.ts';
import { ownerOf } from '../step/route.ts';
import type { AppOptions } from './app.ts';
import { decisionAnswer } from './get-decisions.ts';
import { asOf, iso, noHistory } from './history-answer.ts';
import { problem } from './problem.ts';

export interface PastQuestion {
  readonly kind: string;
  readonly id: string;
  readonly rule: string | undefined;
  /** Stream time. */
  readonly at: Millis;
}

/** Features are known as far as decisions read them; `weir explain --replay` makes all of them again. */
export async function explainPast(
  c: Context,
  options: AppOptions,
  { kind, id, rule, at }: PastQuestion,
): Promise<Response> {
  const { history } = options;
  if (!history) return noHistory(c);
  const plan = options.plan();
  const found = plan.kindOf.get(kind);
  const partition = found === undefined ? undefined : ownerOf(found, id, plan.settings.partitions);
  const standing = await asOf(options, history, partition);
  const all = await history.decisionsAt(kind, id, at);
  const decisions = all.filter((decision) => rule === undefined || decision.rule === rule);
  const known = (found?.nodes ?? []).flatMap((node) => (node.type === 'rule' ? [node.name] : []));
  const names = new Set([...known, ...all.map((decision) => decision.rule)]);
  if (rule !== undefined && !names.has(rule))
    return problem(c, {
      slug: 'unknown-rule',
      status: 404,
      title: 'No such rule',
      detail: `Rules of ${kind}: ${[...names].join(', ')}`,
    });
  const untold = [...names].filter(
    (name) => (rule === undefined || name === rule) && !all.some((decision) => decision.rule === name),
  );
  return c.json({
    kind,
    id,
    at: iso(at),
    made_from: 'decisions',
    decisions: decisions.map(decisionAnswer),
    untold,
    ...standing,
  });
}
