/** nearest: what would have to come true for a rule to say more than it does now. */

import { byDistance, type Judged, missing } from '../rules/expression/judgement.ts';
import type { FactorsShape, RulePlan } from '../rules/rule-plan.ts';
import type { ExplainedReason } from './explain.ts';
import { classOf, numberOf } from './publication.ts';
import type { Result } from './result.ts';

export interface Nearest {
  /** `when`, a line of a pick, or a class. */
  readonly name: string;
  /** The parts that do not hold; all of them would have to. */
  readonly missing: readonly Judged[];
}

/** The rule's condition where that fails; else of the lines, or classes, that are not reached the nearest. */
export function nearest(
  { shape }: RulePlan,
  { value }: Result,
  when: Judged | null,
  reasons: readonly ExplainedReason[],
): Nearest | null {
  if (when?.holds === false) return { name: 'when', missing: missing(when) };
  if (shape.type === 'factors') return nextClass(shape, value);
  const open = reasons.flatMap(({ name, condition }) =>
    condition === undefined || condition.holds ? [] : [{ name, missing: missing(condition) }],
  );
  return open.toSorted((a, b) => byDistance(a.missing, b.missing))[0] ?? null;
}

/** The class above the one that the value has: classes stand from high to low. */
function nextClass({ classes = [] }: FactorsShape, value: unknown): Nearest | null {
  const [is, number] = [classOf(value), numberOf(value)];
  const at = classes.findIndex((line) => line.class === is);
  const above = at > 0 ? classes[at - 1] : undefined;
  const bound = above?.above ?? above?.from;
  if (above === undefined || bound === undefined || number === undefined) return null;
  const operator = above.above === undefined ? '>=' : '>';
  const off_by = Math.round((bound - number) * 1e6) / 1e6;
  const text = `value ${operator} ${bound}`;
  return {
    name: above.class,
    missing: [{ text, holds: false, operator, left: number, right: bound, off_by }],
  };
}
