/** Operators between two parts, and the sign before one. */

import { compileArithmetic } from './arithmetic.ts';
import { compileComparison, compileEquality, compileInclusion } from './comparison.ts';
import { compileConcatenation } from './concatenation.ts';
import { Failure } from './failure.ts';
import { finiteNumber } from './finite-number.ts';
import { compileLogic } from './logic.ts';
import { compileRange } from './range.ts';
import { Run } from './run.ts';
import type { Node } from './syntax-tree.ts';
import { type Compiler, folded, type Place, type Term } from './term.ts';

export function compileOperator(node: Node, place: Place, compiler: Compiler): Term {
  const left = compiler.term(node.lhs as Node, place);
  const right = compiler.term(node.rhs as Node, place);
  const end = node.position ?? 0;
  const operator = node.value as string;
  switch (operator) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return folded([left, right], new Run(), compileArithmetic(operator, left, right, end));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return folded([left, right], new Run(), compileComparison(operator, left, right, end));
    case '=':
    case '!=':
      return folded([left, right], new Run(), compileEquality(operator, left, right));
    case 'and':
    case 'or':
      return folded([left, right], new Run(), compileLogic(operator, left, right, end));
    case '&':
      return folded([left, right], new Run(), compileConcatenation(left, right, end));
    case 'in':
      return folded([left, right], new Run(), compileInclusion(left, right));
    // The parser knows no other: `..`, which it allows within lists only.
    default:
      return compileRange(left, right, end);
  }
}

export function compileNegation(node: Node, place: Place, compiler: Compiler): Term {
  const part = compiler.term(node.expression as Node, place);
  const { code } = part;
  const end = node.position ?? 0;
  return folded([part], new Run(), (run, item, slots) => {
    const value = code(run, item, slots);
    return value === undefined ? undefined : negated(value, end);
  });
}

function negated(value: unknown, end: number): number {
  if (!finiteNumber(value)) throw new Failure('D1002', value, end, '-');
  return -value;
}
