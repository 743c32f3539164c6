/** [a..b]: whole numbers from a to b. */

import { Failure } from './failure.ts';
import type { Run } from './run.ts';
import { newSequence, type Sequence } from './sequence.ts';
import type { Term } from './term.ts';

/** Beyond this the reference refuses too, with a code of its own. */
const LONGEST_RANGE = 1e7;

export function compileRange(left: Term, right: Term, end: number): Term {
  const { code: a } = left;
  const { code: b } = right;
  return {
    constant: false,
    sequence: true,
    code: (run, item, slots) => rangeOf(run, a(run, item, slots), b(run, item, slots), end),
  };
}

function rangeOf(run: Run, from: unknown, to: unknown, end: number): Sequence | undefined {
  if (from !== undefined && !isWhole(from)) throw new Failure('T2003', from, end, '..');
  if (to !== undefined && !isWhole(to)) throw new Failure('T2004', to, end, '..');
  if (from === undefined || to === undefined || from > to) return undefined;
  const size = to - from + 1;
  if (size > LONGEST_RANGE) throw new Failure('D2014', size, end, '..');
  run.boundList(size);
  run.spend(size);
  const numbers = newSequence();
  for (let i = 0; i < size; i++) numbers.push(from + i);
  return numbers;
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}
