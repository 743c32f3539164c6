/** The result of one rule for one entity: its value now, and what was last published. */

import { nextTurn } from '../core/interval.ts';
import type { Millis } from '../core/units.ts';
import type { RuleNode } from '../rules/plan-node.ts';
import type { FactorsShape, PickShape, RulePlan } from '../rules/rule-plan.ts';
import { classify } from './shapes/classify.ts';

export interface Result {
  /** Current value; undefined = absent. */
  value: unknown;
  /** What the last decision carried, of a pick only the names; undefined before the first, null once withdrawn. */
  published: unknown;
  /** Decisions published. */
  count: number;
  decision: string | undefined;
  decidedAt: Millis | undefined;
  /** What the rule read when it decided last, in the order of `reads`; undefined where the decision's text is kept. */
  inputs: readonly unknown[] | undefined;
  /** Last run in which `when` held, for `every`. */
  ranAt: Millis | undefined;
  /** A change waits for the end of the interval of `every`. */
  waiting: boolean;
  /** Since when a publication has been due, for `hold` of number rules. */
  dueSince: Millis | undefined;
  /** Names of a pick whose line differs from the held value, and since when. */
  holds: Record<string, Millis> | undefined;
  /** When a pending action expires. */
  expires: Millis | undefined;
  /** Why the last run failed. */
  failing: string | undefined;
  /** Of a pick: names that nobody wants to be told of, and until when. */
  mutes: Readonly<Record<string, Millis>> | undefined;
  /** A late event caused the last decision: the decision it amends, or nothing where it was the first. */
  amends: string | undefined;
}

export function emptyResult(): Result {
  return {
    value: undefined,
    published: undefined,
    count: 0,
    decision: undefined,
    decidedAt: undefined,
    inputs: undefined,
    ranAt: undefined,
    waiting: false,
    dueSince: undefined,
    holds: undefined,
    expires: undefined,
    failing: undefined,
    mutes: undefined,
    amends: undefined,
  };
}

/** The earliest time at which the rule must run again by itself; nothing is told before the interval of `every` is over. */
export function resultDue(result: Result, { every, hold }: RulePlan, zone: string): Millis {
  const { ranAt, waiting, dueSince, holds, expires = Number.POSITIVE_INFINITY } = result;
  const rests = every !== undefined && ranAt !== undefined && (waiting || hold !== undefined);
  const free = rests ? nextTurn(every, zone, ranAt) : Number.NEGATIVE_INFINITY;
  let due = expires;
  if (waiting && ranAt !== undefined) due = Math.min(due, free);
  if (hold !== undefined) {
    if (dueSince !== undefined) due = Math.min(due, Math.max(free, dueSince + hold));
    if (holds) for (const since of Object.values(holds)) due = Math.min(due, Math.max(free, since + hold));
  }
  return due;
}

/**
 * True when the value is not a function of the features now, but of when the rule ran or what it held back; all
 * other values are computed again after a load, so they need no place in the record.
 */
export function keepsValue({ every, hold, shape }: RulePlan): boolean {
  if (every !== undefined || hold !== undefined || shape.type === 'allocate') return true;
  return shape.type === 'pick' && shape.lasting;
}

/** JSON form: what every published result has, then the rest; trailing absent ones cut; 0 when nothing ever happened. */
export function encodeResult(result: Result, { rule }: RuleNode): unknown {
  const { count, decision, waiting } = result;
  const dash = decision?.lastIndexOf('-') ?? 0;
  const values: unknown[] = [
    count,
    encodePublished(result.published, rule),
    // all decisions of a partition's incarnation share what stands before their number
    decision?.slice(0, dash),
    decision && Number(decision.slice(dash + 1)),
    result.decidedAt,
    result.inputs,
    result.ranAt,
    waiting ? true : undefined,
    result.dueSince,
    result.holds,
    result.expires,
    result.failing,
    keepsValue(rule) ? result.value : undefined,
    result.mutes,
    result.amends,
  ];
  let { length } = values;
  while (length > 0 && (values[length - 1] === undefined || values[length - 1] === null)) length -= 1;
  values.length = length;
  return length === 1 && count === 0 ? 0 : values;
}

/** `value` stays absent unless the rule keeps it: the caller computes it. */
export function decodeResult(stored: unknown, { rule }: RuleNode, schema: number): Result {
  const result = emptyResult();
  if (!Array.isArray(stored)) return result;
  const values = stored.map((value) => (value === null ? undefined : value));
  let value: unknown;
  if (schema === 1) {
    [result.published, result.count = 0, result.decision, result.decidedAt, result.ranAt] = values;
    [, , , , , result.waiting = false, result.dueSince, result.holds, result.expires] = values;
    [, , , , , , , , , result.failing, value] = values;
  } else {
    const [count, published, before, number, decidedAt, inputs] = values;
    result.count = count;
    result.published = decodePublished(published, rule);
    if (before !== undefined) result.decision = `${before}-${number}`;
    result.decidedAt = decidedAt;
    result.inputs = inputs;
    [, , , , , , result.ranAt, result.waiting = false, result.dueSince, result.holds] = values;
    [, , , , , , , , , , result.expires, result.failing, value, result.mutes] = values;
    result.amends = values[14];
  }
  if (keepsValue(rule)) result.value = value;
  return result;
}

/** The class follows from the value, and names stand in the rule: a number each is enough. */
function encodePublished(published: unknown, { shape }: RulePlan): unknown {
  if (published === undefined || published === null) return undefined;
  if (shape.type === 'pick') return linesOf(shape, published as string[]) ?? published;
  if (shape.type !== 'factors' || shape.classes === undefined) return published;
  const { value, class: name } = published as { value: number; class?: string };
  return classify(shape.classes, value) === name ? value : published;
}

function linesOf({ lines }: PickShape, names: readonly string[]): number[] | undefined {
  const numbers = names.map((name) => lines.findIndex((line) => line.name === name));
  return numbers.includes(-1) ? undefined : numbers;
}

function decodePublished(stored: unknown, { shape }: RulePlan): unknown {
  if (shape.type === 'pick' && Array.isArray(stored))
    return stored.map((line) => (typeof line === 'number' ? shape.lines[line]?.name : line));
  if (shape.type === 'factors' && typeof stored === 'number') return withClass(shape, stored);
  return stored;
}

function withClass({ classes }: FactorsShape, value: number): unknown {
  return classes ? { value, class: classify(classes, value) } : value;
}
