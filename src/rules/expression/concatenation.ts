/** a & b: both sides as text; absent is no text. */

import { Failure } from './failure.ts';
import type { Run } from './run.ts';
import type { Code, Term } from './term.ts';
import { toText } from './text.ts';

/** Shorter texts are joined for free. */
const SHORT = 1024;

export function compileConcatenation(left: Term, right: Term, end: number): Code {
  const { code: a } = left;
  const { code: b } = right;
  return (run, item, slots) => {
    const x = a(run, item, slots);
    const y = b(run, item, slots);
    const text =
      (typeof x === 'string' ? x : textAt(run, x, end)) + (typeof y === 'string' ? y : textAt(run, y, end));
    if (text.length > SHORT) payFor(run, text.length, end);
    return text;
  };
}

function textAt(run: Run, value: unknown, end: number): string {
  if (value === undefined) return '';
  try {
    return toText(run, value);
  } catch (error) {
    if (error instanceof Failure) {
      error.position = end;
      error.token = '&';
    }
    throw error;
  }
}

function payFor(run: Run, length: number, end: number): void {
  if (length > run.budget.text)
    throw new Failure('over_budget', `a text longer than ${run.budget.text}`, end, '&');
  run.spend(length >> 8);
}
