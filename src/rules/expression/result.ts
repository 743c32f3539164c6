/** The border of an evaluation: what leaves is plain data, without list marks and functions. */

import { Callable } from './callable.ts';
import { Failure } from './failure.ts';
import type { Run } from './run.ts';
import { isMarked } from './sequence.ts';

/** The value as plain data. Input data holds no marks, so only values made here are ever written to. */
export function settled(run: Run, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  measure(run, value, 0, 0);
  const plain = unmarked(value);
  if (run.nested) settleInside(plain);
  return plain;
}

/** Characters that count as much as an item of a list. */
const CHARACTERS_PER_ITEM = 8;

/**
 * Bounds what leaves, written out: an object that stands in many places counts each time. Notes whether a list mark
 * or a function is within it.
 */
function measure(run: Run, value: unknown, before: number, depth: number): number {
  let size = before + 1;
  if (typeof value === 'string') size += value.length / CHARACTERS_PER_ITEM;
  if (size > run.budget.list) throw new Failure('over_budget', `a result larger than ${run.budget.list}`);
  if (typeof value !== 'object' || value === null) return size;
  if (value instanceof Callable) {
    run.nested = true;
    return size;
  }
  run.boundNesting(depth);
  if (Array.isArray(value)) {
    if (depth > 0 && isMarked(value)) run.nested = true;
    for (let i = 0; i < value.length; i++) size = measure(run, value[i], size, depth + 1);
    return size;
  }
  // Quicker than a list of the keys; what could be inherited would only count more.
  for (const key in value) size = measure(run, (value as Record<string, unknown>)[key], size, depth + 1);
  return size;
}

function unmarked(value: object): object {
  if (value instanceof Callable) throw new Failure('not_a_value');
  return isMarked(value) ? value.slice() : value;
}

function settleInside(value: object): void {
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    const inner = holder[key];
    if (typeof inner !== 'object' || inner === null) continue;
    const plain = unmarked(inner);
    if (plain !== inner) holder[key] = plain;
    settleInside(plain);
  }
}

/** The value as plain JSON: functions are left out where they stand within it. */
export function settledJson(run: Run, value: unknown): unknown {
  if (value instanceof Callable) return undefined;
  if (typeof value !== 'object' || value === null) return value;
  measure(run, value, 0, 0);
  return copied(value);
}

function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Callable) return undefined;
  if (Array.isArray(value)) return Array.from(value, copied);
  const object: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner instanceof Callable) continue;
    if (key !== '__proto__') object[key] = copied(inner);
    else {
      const own = { value: copied(inner), configurable: true, enumerable: true, writable: true };
      Object.defineProperty(object, key, own);
    }
  }
  return object;
}
