/** What counts as true. */

import { Callable } from './callable.ts';
import { finiteNumber } from './finite-number.ts';

/** Whether a value counts as true; absent does not. */
export function isTrue(value: unknown): boolean {
  if (value === true || value === false) return value;
  if (value === undefined || value === null) return false;
  if (typeof value === 'string') return value.length > 0;
  if (typeof value === 'number') return finiteNumber(value) && value !== 0;
  if (typeof value !== 'object' || value instanceof Callable) return false;
  if (!Array.isArray(value)) return Object.keys(value).length > 0;
  for (const item of value) if (isTrue(item)) return true;
  return false;
}
