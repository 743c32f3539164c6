/** The result of one rule for one entity: its value now, and what was last published. */

import type { Millis } from '../core/units.ts';
import type { RulePlan } from '../rules/plan.ts';

export interface Result {
  /** Current value; undefined = absent. */
  value: unknown;
  /** What the last decision carried, of a pick only the names; undefined before the first, null once withdrawn. */
  published: unknown;
  /** Decisions published. */
  count: number;
  decision: string | undefined;
  decidedAt: Millis | undefined;
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
}

export function emptyResult(): Result {
  return {
    value: undefined,
    published: undefined,
    count: 0,
    decision: undefined,
    decidedAt: undefined,
    ranAt: undefined,
    waiting: false,
    dueSince: undefined,
    holds: undefined,
    expires: undefined,
    failing: undefined,
  };
}

/** The earliest time at which the rule must run again by itself. */
export function resultDue(result: Result, rule: RulePlan): Millis {
  let due = result.expires ?? Number.POSITIVE_INFINITY;
  if (result.waiting && result.ranAt !== undefined) due = Math.min(due, result.ranAt + (rule.every ?? 0));
  if (rule.hold !== undefined) {
    if (result.dueSince !== undefined) due = Math.min(due, result.dueSince + rule.hold);
    if (result.holds) for (const since of Object.values(result.holds)) due = Math.min(due, since + rule.hold);
  }
  return due;
}

const FIELDS = [
  'published',
  'count',
  'decision',
  'decidedAt',
  'ranAt',
  'waiting',
  'dueSince',
  'holds',
  'expires',
  'failing',
] as const;

/**
 * True when the value is not a function of the features now, but of when the rule ran or what it held back; all
 * other values are computed again after a load, so they need no place in the record.
 */
export function keepsValue({ every, hold, shape }: RulePlan): boolean {
  return every !== undefined || hold !== undefined || shape.type === 'allocate';
}

/** Compact JSON form: fields in order, the kept value last, trailing absent ones cut; 0 when nothing ever happened. */
export function encodeResult(result: Result, rule: RulePlan): unknown {
  const values: unknown[] = FIELDS.map((field) => {
    const value = result[field];
    return value === undefined || value === false ? null : value;
  });
  if (keepsValue(rule)) values.push(result.value === undefined ? null : result.value);
  while (values.length > 0 && values[values.length - 1] === null) values.pop();
  return values.length === 2 && values[0] === null && values[1] === 0 ? 0 : values;
}

/** `value` stays absent unless the rule keeps it: the caller computes it. */
export function decodeResult(stored: unknown, rule: RulePlan): Result {
  const result = emptyResult();
  if (!Array.isArray(stored)) return result;
  FIELDS.forEach((field, i) => {
    const value = stored[i];
    if (value !== undefined && value !== null) (result as unknown as Record<string, unknown>)[field] = value;
  });
  const kept = stored[FIELDS.length];
  if (keepsValue(rule) && kept !== undefined && kept !== null) result.value = kept;
  return result;
}
