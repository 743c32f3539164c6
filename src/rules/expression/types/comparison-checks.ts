/** Comparisons that can never hold, or always do: which sorts of values meet, and within which bounds. */

import { didYouMean } from '../../../core/did-you-mean.ts';
import type { Node } from '../syntax-tree.ts';
import type { Surroundings, Walk } from './finding.ts';
import { type Known, keyOf } from './narrowing.ts';
import { inWords, sortWords } from './type-words.ts';
import {
  both,
  eachOf,
  mayBePresent,
  NEVER,
  orAbsent,
  present,
  type Range,
  type ValueType,
} from './value-type.ts';

/** Whether a comparison may be true, and whether it may be false; with neither it fails or is absent. */
interface Outcome {
  readonly holds: boolean;
  readonly fails: boolean;
}

type Judge = (left: ValueType, right: ValueType) => Outcome;

export function checkOrder(node: Node, where: Surroundings, walk: Walk): ValueType {
  const operator = node.value as string;
  const judge: Judge = (left, right) => orderOutcome(operator, left, right);
  const [left, right, judged] = compare(node, where, walk, judge, (a, b) => {
    const sorts = (a.numbers && b.numbers) || (a.texts && b.texts);
    return sorts ? undefined : `\`${operator}\` cannot compare ${sortWords(a)} with ${sortWords(b)}`;
  });
  const truth = truthOf(judged);
  return left.absent || right.absent ? orAbsent(truth) : truth;
}

/** The values of a comparison with this outcome. */
function truthOf({ holds, fails }: Outcome): ValueType {
  return { ...NEVER, yes: holds, no: fails };
}

export function checkEquality(node: Node, where: Surroundings, walk: Walk): ValueType {
  const equal = node.value === '=';
  const judge: Judge = (left, right) => {
    const same = mayBePresent(both(left, right));
    const differ = !isSame(left, right);
    const missing = left.absent || right.absent;
    return equal
      ? { holds: same, fails: differ || missing }
      : { holds: differ && mayBePresent(left) && mayBePresent(right), fails: same || missing };
  };
  const [, , judged] = compare(node, where, walk, judge, (a, b) =>
    mayBePresent(both(sorted(a), sorted(b))) ? undefined : `${sortWords(a)} never equals ${sortWords(b)}`,
  );
  return truthOf(judged);
}

export function checkInclusion(node: Node, where: Surroundings, walk: Walk): ValueType {
  const lhs = node.lhs as Node;
  const rhs = node.rhs as Node;
  const members =
    rhs.type === 'unary' && rhs.value === '[' && rhs.predicate === undefined ? (rhs.expressions ?? []) : [];
  const judge: Judge = (left, right) => ({
    holds: mayBePresent(both(left, present(eachOf(right)))),
    fails: true,
  });
  const read = walk.dataRead;
  const [left, , judged] = compare(node, where, walk, judge, (a, b) =>
    mayBePresent(both(sorted(a), sorted(present(eachOf(b)))))
      ? undefined
      : `${sortWords(a)} is never in ${sortWords(b)}`,
  );
  if (judged.holds && walk.dataRead > read && mayBePresent(left))
    for (const member of members) {
      const type = walk.quietly(member, where);
      if (member.type !== 'string' || mayBePresent(both(left, type))) continue;
      const meant = nearest(left, member);
      walk.report(
        member,
        'warning',
        'none',
        `${walk.quoted(lhs)} is never ${walk.quoted(member)}: it is ${inWords(present(left))}`,
        { hint: meant },
      );
    }
  return truthOf(judged);
}

/** Both sides, judged with what is known there; where only that decides, the message says so. */
function compare(
  node: Node,
  where: Surroundings,
  walk: Walk,
  judge: Judge,
  mismatch: (left: ValueType, right: ValueType) => string | undefined,
): [ValueType, ValueType, Outcome] {
  const lhs = node.lhs as Node;
  const rhs = node.rhs as Node;
  const read = walk.dataRead;
  const left = walk.typeOf(lhs, where);
  const right = walk.typeOf(rhs, where);
  const outcome = judge(left, right);
  const answer: [ValueType, ValueType, Outcome] = [left, right, outcome];
  // Of what is always absent something was said before; settings compared with each other are a switch.
  const comparable = mayBePresent(left) && mayBePresent(right) && walk.dataRead > read;
  if (!comparable || (outcome.holds && outcome.fails)) return answer;
  const outside = { ...where, narrowed: new Map() };
  const unknown = judge(walk.quietly(lhs, outside), walk.quietly(rhs, outside));
  const known = unknown.holds && unknown.fails ? conditionsBehind(lhs, rhs, where) : undefined;
  const behind = known === undefined ? '' : behindWords(known);
  if (outcome.holds) {
    if (node.value !== 'in' && !left.absent && !right.absent) sayAlways(node, left, right, behind, walk);
    return answer;
  }
  if (known !== undefined) {
    // Behind `or` it is only said twice.
    const severity = known.some((each) => each.alternative) ? 'warning' : 'error';
    walk.report(node, severity, 'never_true', `${walk.quoted(node)} never holds here, ${behind}`);
    return answer;
  }
  const sorts = mismatch(left, right);
  const hint = listHint(node, left, right, walk);
  if (sorts !== undefined)
    walk.report(node, 'error', 'never_true', `${walk.quoted(node)} never holds: ${sorts}`, { hint });
  else sayNever(node, left, right, walk);
  return answer;
}

function sayNever(node: Node, left: ValueType, right: ValueType, walk: Walk): void {
  const lhs = node.lhs as Node;
  const rhs = node.rhs as Node;
  const [value, literal, type] = isLiteral(lhs) ? [rhs, lhs, right] : [lhs, rhs, left];
  const reasons = `${walk.quoted(value)} is ${inWords(node.value === 'in' ? type : present(type))}`;
  const hint = nearest(type, literal);
  const at = literal.type === 'string' && node.value !== 'in' ? literal : node;
  walk.report(at, 'error', 'never_true', `${walk.quoted(node)} never holds: ${reasons}`, {
    hint,
    whole: node,
  });
}

function sayAlways(node: Node, left: ValueType, right: ValueType, behind: string, walk: Walk): void {
  const lhs = node.lhs as Node;
  const rhs = node.rhs as Node;
  const [value, literal, type] = isLiteral(lhs) ? [rhs, lhs, right] : [lhs, rhs, left];
  const reason = behind === '' ? `: ${walk.quoted(value)} is ${inWords(present(type))}` : ` here, ${behind}`;
  const hint = nearest(type, literal);
  walk.report(node, 'warning', 'always_true', `${walk.quoted(node)} always holds${reason}`, { hint });
}

/** The conditions by which a side is known better here. */
function conditionsBehind(lhs: Node, rhs: Node, where: Surroundings): readonly Known[] {
  const known = [lhs, rhs].flatMap((side) => where.narrowed.get(keyOf(side) ?? '') ?? []);
  return known;
}

/** ``where `a = 1` does`` */
function behindWords(known: readonly Known[]): string {
  const conditions = known.flatMap((each) => each.conditions).slice(-MOST_CONDITIONS);
  const words = conditions.map(({ text, holds }) => `${text} ${holds ? 'does' : 'does not'}`);
  return words.length === 0 ? 'behind what stands before it' : `where ${words.join(' and ')}`;
}

/** More are not told. */
const MOST_CONDITIONS = 3;

function isLiteral({ type }: Node): boolean {
  return type === 'string' || type === 'number' || type === 'value';
}

/** The known text that was probably meant. */
function nearest(type: ValueType, literal: Node): string | undefined {
  const { texts } = type.items ?? type;
  if (literal.type !== 'string' || texts === undefined || texts === 'any') return undefined;
  const meant = didYouMean(literal.value as string, texts);
  return meant === undefined ? undefined : `did you mean "${meant}"?`;
}

/** How to ask a list for one of its items. */
function listHint(node: Node, left: ValueType, right: ValueType, walk: Walk): string | undefined {
  const lhs = node.lhs as Node;
  const rhs = node.rhs as Node;
  if (node.value === 'in')
    return right.items?.fields?.named.has('name') ? inNames(lhs, rhs, walk) : undefined;
  if (node.value !== '=') return undefined;
  const [list, item, type] = left.items ? [lhs, rhs, left.items] : [rhs, lhs, right.items];
  if (type === undefined) return undefined;
  if (type.fields?.named.has('name')) return inNames(item, list, walk);
  return !mayBePresent(both(sorted(type), sorted(item === lhs ? left : right)))
    ? undefined
    : `write \`${bare(item, walk)} in ${bare(list, walk)}\``;
}

function inNames(item: Node, list: Node, walk: Walk): string {
  return `write \`${bare(item, walk)} in ${bare(list, walk)}.name\``;
}

function bare(node: Node, walk: Walk): string {
  return walk.quoted(node).slice(1, -1);
}

function orderOutcome(operator: string, left: ValueType, right: ValueType): Outcome {
  const numbers =
    left.numbers && right.numbers ? rangeOutcome(operator, left.numbers, right.numbers) : NEITHER;
  const texts = left.texts && right.texts ? EITHER : NEITHER;
  return {
    holds: numbers.holds || texts.holds,
    fails: numbers.fails || texts.fails || !isOrdered(left, right),
  };
}

const NEITHER: Outcome = { holds: false, fails: false };
const EITHER: Outcome = { holds: true, fails: true };

/** Whether both are numbers, or both are texts, whatever they are: then the comparison has a value. */
function isOrdered(left: ValueType, right: ValueType): boolean {
  const only = (sort: 'numbers' | 'texts') =>
    !mayBePresent({ ...left, [sort]: undefined }) && !mayBePresent({ ...right, [sort]: undefined });
  return only('numbers') || only('texts');
}

function rangeOutcome(operator: string, a: Range, b: Range): Outcome {
  switch (operator) {
    case '<':
      return { holds: a.least < b.most, fails: a.most >= b.least };
    case '<=':
      return { holds: a.least <= b.most, fails: a.most > b.least };
    case '>':
      return { holds: a.most > b.least, fails: a.least <= b.most };
    default:
      return { holds: a.most >= b.least, fails: a.least < b.most };
  }
}

/** Whether both are the same single value. */
function isSame(a: ValueType, b: ValueType): boolean {
  const value = single(a);
  return value !== undefined && value === single(b);
}

function single(type: ValueType): number | string | boolean | undefined {
  const { numbers, texts, yes, no } = type;
  const sorts = [numbers, texts, yes || undefined, no || undefined, type.items, type.fields];
  if (sorts.filter(Boolean).length !== 1 || type.nothing || type.functions) return undefined;
  if (numbers) return numbers.least === numbers.most ? numbers.least : undefined;
  if (texts) return texts !== 'any' && texts.size === 1 ? [...texts][0] : undefined;
  return yes ? true : no ? false : undefined;
}

/** The same sorts without bounds: what would meet if only the values were others. */
function sorted(type: ValueType): ValueType {
  const { numbers, texts, yes, no } = type;
  const all = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };
  return { ...type, numbers: numbers && all, texts: texts && 'any', yes: yes || no, no: yes || no };
}
