/** < <= > >= = != in : order only among numbers or among texts; absent equals nothing. */

import { isEqual } from './equality.ts';
import { Failure } from './failure.ts';
import type { Code, Term } from './term.ts';

export type ComparisonOperator = '<' | '<=' | '>' | '>=';

export function compileComparison(operator: ComparisonOperator, left: Term, right: Term, end: number): Code {
  const { code: a } = left;
  const { code: b } = right;
  const checked = (x: unknown, y: unknown) => compare(operator, x, y, end);
  if (right.constant && typeof right.value === 'number') return withNumber(operator, a, right.value, checked);
  switch (operator) {
    case '<':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        const y = b(run, item, slots);
        return typeof x === 'number' && typeof y === 'number' ? x < y : checked(x, y);
      };
    case '<=':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        const y = b(run, item, slots);
        return typeof x === 'number' && typeof y === 'number' ? x <= y : checked(x, y);
      };
    case '>':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        const y = b(run, item, slots);
        return typeof x === 'number' && typeof y === 'number' ? x > y : checked(x, y);
      };
    case '>=':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        const y = b(run, item, slots);
        return typeof x === 'number' && typeof y === 'number' ? x >= y : checked(x, y);
      };
  }
}

function withNumber(
  operator: ComparisonOperator,
  a: Code,
  y: number,
  checked: (x: unknown, y: unknown) => unknown,
): Code {
  switch (operator) {
    case '<':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        return typeof x === 'number' ? x < y : checked(x, y);
      };
    case '<=':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        return typeof x === 'number' ? x <= y : checked(x, y);
      };
    case '>':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        return typeof x === 'number' ? x > y : checked(x, y);
      };
    case '>=':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        return typeof x === 'number' ? x >= y : checked(x, y);
      };
  }
}

function compare(operator: ComparisonOperator, x: unknown, y: unknown, end: number): boolean | undefined {
  if (!isOrdered(x)) throw new Failure('T2010', x, end, operator);
  if (!isOrdered(y)) throw new Failure('T2010', y, end, operator);
  if (x === undefined || y === undefined) return undefined;
  if (typeof x !== typeof y) throw new Failure('T2009', x, end, operator);
  switch (operator) {
    case '<':
      return x < y;
    case '<=':
      return x <= y;
    case '>':
      return x > y;
    case '>=':
      return x >= y;
  }
}

function isOrdered(value: unknown): value is number | string | undefined {
  return value === undefined || typeof value === 'number' || typeof value === 'string';
}

export function compileEquality(operator: '=' | '!=', left: Term, right: Term): Code {
  const { code: a } = left;
  const { code: b } = right;
  const wanted = operator === '=';
  if (isScalar(right)) {
    const y = right.value;
    return (run, item, slots) => {
      const x = a(run, item, slots);
      return x !== undefined && (x === y) === wanted;
    };
  }
  return (run, item, slots) => {
    const x = a(run, item, slots);
    const y = b(run, item, slots);
    return x !== undefined && y !== undefined && isEqual(run, x, y) === wanted;
  };
}

function isScalar(term: Term): boolean {
  return term.constant && term.value !== undefined && (typeof term.value !== 'object' || term.value === null);
}

/** Membership is identity: objects are never members. */
export function compileInclusion(left: Term, right: Term): Code {
  const { code: a } = left;
  const { code: b } = right;
  if (right.items?.every(isScalar)) {
    const members = right.items.map((term) => term.value);
    return (run, item, slots) => {
      const x = a(run, item, slots);
      if (x === undefined) return false;
      for (let i = 0; i < members.length; i++) if (members[i] === x) return true;
      return false;
    };
  }
  return (run, item, slots) => {
    const x = a(run, item, slots);
    const y = b(run, item, slots);
    if (x === undefined || y === undefined) return false;
    if (!Array.isArray(y)) return x === y;
    run.spend(1 + (y.length >> 4));
    for (let i = 0; i < y.length; i++) if (y[i] === x) return true;
    return false;
  };
}
