/** and, or: always true or false, the right side only when it matters. */

import { Failure } from './failure.ts';
import type { Code, Term } from './term.ts';
import { isTrue } from './truth.ts';

export function compileLogic(operator: 'and' | 'or', left: Term, right: Term, end: number): Code {
  const { code: a } = left;
  const { code: b } = right;
  const truth = (value: unknown) => truthAt(value, end, operator);
  if (operator === 'and') {
    return (run, item, slots) => {
      const x = a(run, item, slots);
      if (x === false || (x !== true && !truth(x))) return false;
      const y = b(run, item, slots);
      return y === true || (y !== false && truth(y));
    };
  }
  return (run, item, slots) => {
    const x = a(run, item, slots);
    if (x === true || (x !== false && truth(x))) return true;
    const y = b(run, item, slots);
    return y === true || (y !== false && truth(y));
  };
}

function truthAt(value: unknown, end: number, operator: string): boolean {
  try {
    return isTrue(value);
  } catch (error) {
    if (error instanceof Failure) {
      error.position = end;
      error.token = operator;
    }
    throw error;
  }
}
