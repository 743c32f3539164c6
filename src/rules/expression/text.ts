/** Values as text. */

import { Callable } from './callable.ts';
import { Failure } from './failure.ts';
import { finiteNumber } from './finite-number.ts';
import type { Run } from './run.ts';
import { isInputItem } from './sequence.ts';

/** Of a structure that is written as text. */
const STEPS_PER_PART = 2;

/** Text for people: numbers with at most 15 digits, so that 0.1 + 0.2 reads 0.3; structures as JSON. */
export function toText(run: Run, value: unknown, pretty = false): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (value === true) return 'true';
  if (value === false) return 'false';
  if (value instanceof Callable) return '';
  const text = JSON.stringify(isInputItem(value) ? value[0] : value, writer(run), pretty ? 2 : 0);
  run.spend(1 + (text.length >> 5));
  return run.boundedText(text);
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new Failure('D3001', value);
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(15)));
}

/** Shortens numbers, and stops before a value that stands in many places fills the memory. */
function writer(run: Run): (key: string, value: unknown) => unknown {
  let parts = 0;
  return (_key, value) => {
    run.spend(STEPS_PER_PART);
    parts += typeof value === 'string' ? 1 + value.length : 1;
    run.boundText(parts);
    if (finiteNumber(value)) return Number.isInteger(value) ? value : Number(value.toPrecision(15));
    return value instanceof Callable ? '' : value;
  };
}
