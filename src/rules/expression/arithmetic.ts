/** + - * / % : absent if one side is, an error if one is no number. */

import { Failure } from './failure.ts';
import { finiteNumber } from './finite-number.ts';
import type { Code, Term } from './term.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

/** `end` is where the operator ends. Constants get code of their own: most rules weigh a feature by one. */
export function compileArithmetic(operator: ArithmeticOperator, left: Term, right: Term, end: number): Code {
  const { code: a } = left;
  const { code: b } = right;
  const checked = (x: unknown, y: unknown) => calculate(operator, x, y, end);
  if (isFiniteConstant(right)) return withConstantRight(operator, a, right.value as number, checked);
  if (isFiniteConstant(left)) return withConstantLeft(operator, left.value as number, b, checked);
  switch (operator) {
    case '+':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        const y = b(run, item, slots);
        if (typeof x === 'number' && typeof y === 'number') {
          const sum = x + y;
          if (sum - sum === 0) return sum;
        }
        return checked(x, y);
      };
    case '-':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        const y = b(run, item, slots);
        if (typeof x === 'number' && typeof y === 'number') {
          const difference = x - y;
          if (difference - difference === 0) return difference;
        }
        return checked(x, y);
      };
    case '*':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        const y = b(run, item, slots);
        if (typeof x === 'number' && typeof y === 'number') {
          const product = x * y;
          if (product - product === 0) return product;
        }
        return checked(x, y);
      };
    case '/':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        const y = b(run, item, slots);
        // Dividing by infinity would give a finite 0: the divisor itself must be finite.
        if (typeof x === 'number' && typeof y === 'number' && y - y === 0) {
          const quotient = x / y;
          if (quotient - quotient === 0) return quotient;
        }
        return checked(x, y);
      };
    case '%':
      return (run, item, slots) => checked(a(run, item, slots), b(run, item, slots));
  }
}

type Checked = (x: unknown, y: unknown) => unknown;

function isFiniteConstant(term: Term): boolean {
  return term.constant && typeof term.value === 'number' && Number.isFinite(term.value);
}

function withConstantRight(operator: ArithmeticOperator, a: Code, y: number, checked: Checked): Code {
  switch (operator) {
    case '+':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        return typeof x === 'number' && x - x === 0 ? x + y : checked(x, y);
      };
    case '-':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        return typeof x === 'number' && x - x === 0 ? x - y : checked(x, y);
      };
    case '*':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        return typeof x === 'number' && x - x === 0 ? x * y : checked(x, y);
      };
    case '/':
      return (run, item, slots) => {
        const x = a(run, item, slots);
        return typeof x === 'number' && x - x === 0 ? x / y : checked(x, y);
      };
    case '%':
      return (run, item, slots) => checked(a(run, item, slots), y);
  }
}

function withConstantLeft(operator: ArithmeticOperator, x: number, b: Code, checked: Checked): Code {
  switch (operator) {
    case '+':
      return (run, item, slots) => {
        const y = b(run, item, slots);
        return typeof y === 'number' && y - y === 0 ? x + y : checked(x, y);
      };
    case '-':
      return (run, item, slots) => {
        const y = b(run, item, slots);
        return typeof y === 'number' && y - y === 0 ? x - y : checked(x, y);
      };
    case '*':
      return (run, item, slots) => {
        const y = b(run, item, slots);
        return typeof y === 'number' && y - y === 0 ? x * y : checked(x, y);
      };
    case '/':
      return (run, item, slots) => {
        const y = b(run, item, slots);
        return typeof y === 'number' && y - y === 0 ? x / y : checked(x, y);
      };
    case '%':
      return (run, item, slots) => checked(x, b(run, item, slots));
  }
}

function calculate(operator: ArithmeticOperator, x: unknown, y: unknown, end: number): unknown {
  try {
    if (x !== undefined && !finiteNumber(x)) throw new Failure('T2001', x);
    if (y !== undefined && !finiteNumber(y)) throw new Failure('T2002', y);
  } catch (error) {
    throw placed(error as Failure, end, operator);
  }
  if (x === undefined || y === undefined) return undefined;
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '/':
      return x / y;
    case '%':
      return x % y;
  }
}

function placed(failure: Failure, end: number, operator: string): Failure {
  failure.position = end;
  failure.token = operator;
  return failure;
}
