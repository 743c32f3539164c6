/** Types of + - * / % and negation: numbers only, within bounds that follow from those of both sides. */

import type { Node } from '../syntax-tree.ts';
import type { Surroundings, Walk } from './finding.ts';
import { sortWords } from './type-words.ts';
import {
  ABSENT,
  mayBePresent,
  NUMBER,
  numberFrom,
  orAbsent,
  type Range,
  type ValueType,
} from './value-type.ts';

export function typeOfArithmetic(node: Node, where: Surroundings, walk: Walk): ValueType {
  const left = walk.typeOf(node.lhs as Node, where);
  const right = walk.typeOf(node.rhs as Node, where);
  refuseOther(node.lhs as Node, left, node, walk);
  refuseOther(node.rhs as Node, right, node, walk);
  if (!left.numbers || !right.numbers) return ABSENT;
  const type = calculated(node.value as string, left.numbers, right.numbers);
  return left.absent || right.absent ? orAbsent(type) : type;
}

export function typeOfNegation(node: Node, where: Surroundings, walk: Walk): ValueType {
  const inner = node.expression as Node;
  const type = walk.typeOf(inner, where);
  refuseOther(inner, type, node, walk);
  if (!type.numbers) return ABSENT;
  const { least, most } = type.numbers;
  const negative = numberFrom(-most, -least);
  return type.absent ? orAbsent(negative) : negative;
}

function refuseOther(part: Node, type: ValueType, whole: Node, walk: Walk): void {
  if (type.numbers || !mayBePresent(type)) return;
  const message = `${walk.quoted(part)} is ${sortWords(type)}: \`${whole.value}\` needs numbers`;
  const joins = whole.value === '+' && type.texts !== undefined ? '`&` joins texts' : undefined;
  walk.report(part, 'error', 'never_works', message, { hint: joins, whole });
}

/** Rounding keeps order, so the bounds of the result are among the results of the bounds. */
function calculated(operator: string, a: Range, b: Range): ValueType {
  switch (operator) {
    case '+':
      return numberFrom(a.least + b.least, a.most + b.most);
    case '-':
      return numberFrom(a.least - b.most, a.most - b.least);
    case '*':
      return fromCorners(a, b, (x, y) => (x === 0 || y === 0 ? 0 : x * y));
    case '/':
      if (b.least <= 0 && b.most >= 0) return NUMBER;
      return fromCorners(a, b, (x, y) => x / y);
    default:
      // The rest of a division by 0 is no number, but is let through: like null it is neither above nor below.
      return { ...(a.least >= 0 ? numberFrom(0) : NUMBER), nothing: b.least <= 0 && b.most >= 0 };
  }
}

function fromCorners(a: Range, b: Range, calculate: (x: number, y: number) => number): ValueType {
  const corners = [a.least, a.most].flatMap((x) => [calculate(x, b.least), calculate(x, b.most)]);
  return corners.some(Number.isNaN) ? NUMBER : numberFrom(Math.min(...corners), Math.max(...corners));
}
