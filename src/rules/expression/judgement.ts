/** Judgement of a condition, for people: which of its parts hold, from which values, and how far off the others are. */

import { compileExpression } from './compile-expression.ts';
import type { Expression, Frame, Scope } from './expression.ts';
import { parse } from './parse.ts';
import type { Node } from './syntax-tree.ts';
import { isTrue } from './truth.ts';

export interface Judged {
  /** As it stands in the file. */
  readonly text: string;
  readonly holds: boolean;
  /** Its parts, all of which have to hold (`and`), or one (`or`). */
  readonly all?: readonly Judged[];
  readonly any?: readonly Judged[];
  /** Of a comparison, what its sides are now; null where there is no data. */
  readonly operator?: string;
  readonly left?: unknown;
  readonly right?: unknown;
  /** How far the left side is from the right one, where both are numbers and the part does not hold. */
  readonly off_by?: number;
  /** Of any other part, what it is now. */
  readonly value?: unknown;
  /** It does not hold because something in it is not known. */
  readonly no_data?: true;
  /** It cannot be evaluated. */
  readonly error?: string;
}

/** Judges at a frame; never throws. */
type Judge = (frame: Frame) => Judged;

const COMPARISONS = ['<', '<=', '>', '>=', '=', '!=', 'in'];
const SPACE = /\s/;

const judges = new WeakMap<Expression, Judge>();

/** What a compiled condition says of a frame; the expression as a whole where its parts cannot be told. */
export function judge(condition: Expression, frame: Frame): Judged {
  let known = judges.get(condition);
  if (known === undefined) {
    const { text, scope } = condition;
    known = scope === undefined ? whole(condition) : judgeOf(text, scope);
    judges.set(condition, known);
  }
  return known(frame);
}

function whole(condition: Expression): Judge {
  return (frame) => {
    try {
      return { text: condition.text, holds: condition.evaluate(frame) === true };
    } catch (error) {
      return { text: condition.text, holds: false, error: (error as Error).message };
    }
  };
}

/** A judge of a condition that compiles in the scope; parts that have names of their own (`$x := …`) stay whole. */
function judgeOf(text: string, scope: Scope): Judge {
  const parsed = parse(text);
  return parsed.ok ? partOf(text, parsed.tree, 0, text.length, scope) : leaf(text, scope);
}

/** @param from, to where the part stands in the text */
function partOf(text: string, node: Node, from: number, to: number, scope: Scope): Judge {
  while (from < to && SPACE.test(text[from] as string)) from += 1;
  while (to > from && SPACE.test(text[to - 1] as string)) to -= 1;
  const own = text.slice(from, to);
  if (node.predicate !== undefined || node.group !== undefined || node.keepArray) return leaf(own, scope);
  const [inner] = node.expressions ?? [];
  if (node.type === 'block' && node.expressions?.length === 1 && inner && own.startsWith('('))
    return inner.type === 'bind' || !own.endsWith(')')
      ? leaf(own, scope)
      : partOf(text, inner, from + 1, to - 1, scope);
  const { value: operator, position = 0 } = node;
  if (node.type !== 'binary' || typeof operator !== 'string') return leaf(own, scope);
  if (operator === 'and' || operator === 'or') {
    const parts = chain(text, node, from, to, scope);
    return operator === 'and' ? everyOf(own, parts) : someOf(own, parts);
  }
  if (!COMPARISONS.includes(operator)) return leaf(own, scope);
  const left = evaluator(text.slice(from, position - operator.length), scope);
  const right = evaluator(text.slice(position, to), scope);
  return comparison(own, operator, evaluator(own, scope), left, right);
}

/** `a and b and c` is one list, whichever way it is nested. */
function chain(text: string, node: Node, from: number, to: number, scope: Scope): Judge[] {
  const { value: operator, position = 0, lhs, rhs } = node as Node & { value: string };
  const side = (part: Node, start: number, end: number) =>
    part.type === 'binary' && part.value === operator
      ? chain(text, part, start, end, scope)
      : [partOf(text, part, start, end, scope)];
  return [...side(lhs as Node, from, position - operator.length), ...side(rhs as Node, position, to)];
}

type Evaluator = (frame: Frame) => { readonly value?: unknown; readonly error?: string };

function evaluator(text: string, scope: Scope): Evaluator {
  const compiled = compileExpression(text.trim(), scope);
  if (!compiled.ok) return () => ({ error: compiled.problems[0]?.message ?? 'it cannot be read alone' });
  const { expression } = compiled;
  return (frame) => {
    try {
      return { value: (expression as Expression).evaluate(frame) };
    } catch (error) {
      return { error: (error as Error).message };
    }
  };
}

function leaf(text: string, scope: Scope): Judge {
  const evaluate = evaluator(text, scope);
  return (frame) => {
    const { value, error } = evaluate(frame);
    if (error !== undefined) return { text, holds: false, error };
    const holds = isTrue(value);
    return { text, holds, value: value ?? null, ...(value === undefined && { no_data: true as const }) };
  };
}

function comparison(
  text: string,
  operator: string,
  entire: Evaluator,
  left: Evaluator,
  right: Evaluator,
): Judge {
  return (frame) => {
    const { value, error } = entire(frame);
    if (error !== undefined) return { text, holds: false, error };
    const [a, b] = [left(frame).value, right(frame).value];
    const holds = value === true;
    const numbers = typeof a === 'number' && typeof b === 'number';
    return {
      text,
      holds,
      operator,
      left: a ?? null,
      right: b ?? null,
      ...(!holds && numbers && { off_by: Math.round(Math.abs(a - b) * 1e6) / 1e6 }),
      ...(!holds && (a === undefined || b === undefined) && { no_data: true as const }),
    };
  };
}

function everyOf(text: string, parts: readonly Judge[]): Judge {
  return (frame) => {
    const all = parts.map((part) => part(frame));
    return { text, holds: all.every(({ holds }) => holds), all };
  };
}

function someOf(text: string, parts: readonly Judge[]): Judge {
  return (frame) => {
    const any = parts.map((part) => part(frame));
    return { text, holds: any.some(({ holds }) => holds), any };
  };
}

/** The parts that would have to come true for the condition to hold: of alternatives those of the nearest. */
export function missing(judged: Judged): readonly Judged[] {
  const { holds, all, any } = judged;
  if (holds) return [];
  if (all) return all.flatMap(missing);
  return any ? (any.map(missing).toSorted(byDistance)[0] ?? []) : [judged];
}

/** Orders what is missing: fewer parts first, then those that are nearer, as a share of what they are compared with. */
export function byDistance(a: readonly Judged[], b: readonly Judged[]): number {
  return a.length - b.length || distance(a) - distance(b);
}

function distance(parts: readonly Judged[]): number {
  const shares = parts.map(({ off_by, left, right }) => {
    if (off_by === undefined) return 1;
    const size = Math.max(Math.abs(left as number), Math.abs(right as number));
    return size === 0 ? 0 : off_by / size;
  });
  return shares.reduce((sum, share) => sum + share, 0);
}
