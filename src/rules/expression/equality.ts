/** Deep equality of values. */

import { Callable } from './callable.ts';
import type { Run } from './run.ts';

export function isEqual(run: Run, left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return false;
    run.spend(left.length);
    for (let i = 0; i < left.length; i++) if (!isEqual(run, left[i], right[i])) return false;
    return true;
  }
  if (Array.isArray(left) || Array.isArray(right)) return false;
  if (left instanceof Callable || right instanceof Callable) return false;
  return sameFields(run, left as Record<string, unknown>, right as Record<string, unknown>);
}

function sameFields(run: Run, left: Record<string, unknown>, right: Record<string, unknown>): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  run.spend(keys.length);
  for (const key of keys) if (!Object.hasOwn(right, key)) return false;
  for (const key of keys) if (!isEqual(run, left[key], right[key])) return false;
  return true;
}
