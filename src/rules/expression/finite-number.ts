/** Numbers that may be calculated with. */

import { Failure } from './failure.ts';

/** Whether the value is a number; not-a-number is none, and an infinite one is refused. */
export function finiteNumber(value: unknown): value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) throw new Failure('D1001', value);
  return true;
}
