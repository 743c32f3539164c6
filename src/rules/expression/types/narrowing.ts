/** What a condition tells of the values it reads, where it holds and where it does not. */

import type { Node } from '../syntax-tree.ts';
import type { Surroundings, Walk } from './finding.ts';
import {
  ABSENT,
  both,
  eachOf,
  either,
  mayBePresent,
  nextAbove,
  nextBelow,
  orAbsent,
  present,
  type Range,
  type ValueType,
} from './value-type.ts';

/** What is known of a name or path, and the condition that tells it. */
export interface Known {
  readonly type: ValueType;
  readonly conditions: readonly { /** `` `a = 1` `` */ readonly text: string; readonly holds: boolean }[];
  /** It is only known in another alternative of an `or`. */
  readonly alternative: boolean;
}

export type Narrowed = ReadonlyMap<string, Known>;

/** The names of a plain path such as `conversion.class`; undefined for anything else. */
export function keyOf(node: Node): string | undefined {
  if (node.predicate !== undefined || node.group !== undefined || node.keepArray === true) return undefined;
  if (node.type === 'block' && node.expressions?.length === 1) return keyOf(node.expressions[0] as Node);
  if (node.type !== 'path' || node.keepSingletonArray === true || node.tuple === true) return undefined;
  const steps = node.steps as readonly Node[];
  for (const step of steps) {
    const { type, stages, predicate, keepArray, tuple, ancestor } = step;
    if (type !== 'name' || stages || predicate || keepArray === true || tuple === true || ancestor)
      return undefined;
  }
  return JSON.stringify(steps.map((step) => step.value));
}

/** The surroundings where the condition counts as true (`holds`) or not; a condition that fails leads nowhere. */
export function narrow(node: Node, holds: boolean, where: Surroundings, walk: Walk): Surroundings {
  if (node.predicate !== undefined || node.group !== undefined) return where;
  const [only, more] = node.type === 'block' ? (node.expressions ?? []) : [];
  if (only !== undefined && more === undefined) return narrow(only, holds, where, walk);
  if (node.type === 'path') return narrowTruth(node, holds, where, walk);
  if (node.type === 'function') return narrowCall(node, holds, where, walk);
  if (node.type !== 'binary') return where;
  const lhs = node.lhs as Node;
  const rhs = node.rhs as Node;
  switch (node.value) {
    case 'and':
    case 'or': {
      const left = narrow(lhs, holds, where, walk);
      if ((node.value === 'and') === holds) return narrow(rhs, holds, left, walk);
      const right = narrow(rhs, holds, narrow(lhs, !holds, where, walk), walk);
      return joined(where, left, right);
    }
    case '=':
    case '!=':
      return narrowEquality(node, (node.value === '=') === holds, holds, where, walk);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return narrowOrder(node, holds, where, walk);
    case 'in': {
      const members = walk.quietly(rhs, where);
      return holds
        ? known(lhs, (type) => present(both(type, eachOf(members))), node, holds, where, walk)
        : where;
    }
  }
  return where;
}

/** Adds what is known to a plain path; other parts are not followed. */
function known(
  part: Node,
  change: (type: ValueType) => ValueType,
  condition: Node,
  holds: boolean,
  where: Surroundings,
  walk: Walk,
): Surroundings {
  const key = keyOf(part);
  if (key === undefined) return where;
  const type = change(walk.quietly(part, where));
  const before = where.narrowed.get(key);
  const conditions = [...(before?.conditions ?? []), { text: walk.quoted(condition), holds }];
  const alternative = before?.alternative ?? false;
  return { ...where, narrowed: new Map(where.narrowed).set(key, { type, conditions, alternative }) };
}

/** The surroundings of the right side of an `or`: what is known there is known because the left side does not hold. */
export function asAlternative(where: Surroundings, before: Surroundings): Surroundings {
  const narrowed = new Map(where.narrowed);
  for (const [key, known] of narrowed)
    if (before.narrowed.get(key) !== known) narrowed.set(key, { ...known, alternative: true });
  return { ...where, narrowed };
}

function narrowTruth(node: Node, holds: boolean, where: Surroundings, walk: Walk): Surroundings {
  const change = (type: ValueType) =>
    holds ? { ...present(type), nothing: false, no: false, functions: false } : { ...type, yes: false };
  return known(node, change, node, holds, where, walk);
}

function narrowCall(node: Node, holds: boolean, where: Surroundings, walk: Walk): Surroundings {
  const name = node.procedure?.type === 'variable' ? node.procedure.value : undefined;
  const [part, more] = node.arguments ?? [];
  if (part === undefined || more !== undefined) return where;
  if (name === 'exists')
    return known(part, (type) => (holds ? present(type) : both(type, ABSENT)), node, holds, where, walk);
  // $not of what is absent is absent: only where it is true something is known.
  return name === 'not' && holds ? narrow(part, false, where, walk) : where;
}

/** `equal`: both sides are, else they are not or one is absent; `holds`: of the condition as it is written. */
function narrowEquality(
  node: Node,
  equal: boolean,
  holds: boolean,
  where: Surroundings,
  walk: Walk,
): Surroundings {
  const lhs = node.lhs as Node;
  const rhs = node.rhs as Node;
  const left = walk.quietly(lhs, where);
  const right = walk.quietly(rhs, where);
  // `=` is false for what is absent, and so is `!=`.
  const certain = holds;
  const change = (other: ValueType) => (type: ValueType) => {
    if (equal) {
      if (!certain && other.absent) return type;
      const common = both(type, other);
      return certain ? present(common) : type.absent ? orAbsent(common) : common;
    }
    const rest = certain || !other.absent ? without(type, other) : type;
    return certain ? present(rest) : rest;
  };
  const after = known(lhs, change(right), node, holds, where, walk);
  return known(rhs, change(left), node, holds, after, walk);
}

/** Without the single text or truth that `other` is; numbers have too many neighbours to say. */
function without(type: ValueType, other: ValueType): ValueType {
  const { texts } = type;
  if (
    isOnly(other, 'texts') &&
    other.texts !== 'any' &&
    other.texts?.size === 1 &&
    texts &&
    texts !== 'any'
  ) {
    const left = new Set([...texts].filter((text) => !(other.texts as ReadonlySet<string>).has(text)));
    return { ...type, texts: left.size > 0 ? left : undefined };
  }
  if (isOnly(other, 'yes')) return { ...type, yes: false };
  return isOnly(other, 'no') ? { ...type, no: false } : type;
}

function isOnly(type: ValueType, sort: 'numbers' | 'texts' | 'yes' | 'no'): boolean {
  const empty = sort === 'yes' || sort === 'no' ? false : undefined;
  return !!type[sort] && !mayBePresent({ ...type, [sort]: empty });
}

function narrowOrder(node: Node, holds: boolean, where: Surroundings, walk: Walk): Surroundings {
  const lhs = node.lhs as Node;
  const rhs = node.rhs as Node;
  const left = walk.quietly(lhs, where);
  const right = walk.quietly(rhs, where);
  const operator = node.value as string;
  const after = known(lhs, ordered(operator, right, holds), node, holds, where, walk);
  return known(rhs, ordered(MIRRORED[operator] as string, left, holds), node, holds, after, walk);
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const OPPOSITE: Readonly<Record<string, string>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

/** What is left of a side when it stands in this order to `other`. */
function ordered(operator: string, other: ValueType, holds: boolean): (type: ValueType) => ValueType {
  return (type) => {
    if (!holds && other.absent) return type;
    const numbers =
      type.numbers &&
      other.numbers &&
      within(type.numbers, holds ? operator : (OPPOSITE[operator] as string), other.numbers);
    const texts = other.texts && type.texts;
    const left = { ...both(type, ABSENT), numbers, texts };
    return holds ? present(left) : left;
  };
}

function within(range: Range, operator: string, other: Range): Range | undefined {
  const least = operator === '>' ? nextAbove(other.least) : operator === '>=' ? other.least : range.least;
  const most = operator === '<' ? nextBelow(other.most) : operator === '<=' ? other.most : range.most;
  const bounds = { least: Math.max(range.least, least), most: Math.min(range.most, most) };
  return bounds.least <= bounds.most ? bounds : undefined;
}

/** What is known both ways. */
function joined(where: Surroundings, a: Surroundings, b: Surroundings): Surroundings {
  const narrowed = new Map(where.narrowed);
  for (const [key, known] of a.narrowed) {
    const other = b.narrowed.get(key);
    if (other !== undefined) narrowed.set(key, { ...known, type: either(known.type, other.type) });
  }
  return { ...where, narrowed };
}
