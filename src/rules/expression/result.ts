/** The border of an evaluation: what leaves is plain data, without list marks and functions. */

import { Callable } from './callable.ts';
import { Failure } from './failure.ts';
import type { Run } from './run.ts';
import { isMarked } from './sequence.ts';

/** Notes that a value which needs settling was stored inside another one. */
export function stored(run: Run, value: unknown): void {
  if (typeof value !== 'object' || value === null || run.nested) return;
  if (isMarked(value) || value instanceof Callable) run.nested = true;
}

/** The value as plain data. Input data holds no marks, so only values made here are ever written to. */
export function settled(run: Run, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const plain = unmarked(value);
  if (run.nested) settleInside(plain);
  return plain;
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
