/** Texts with expressions in them: `You have read {{$count(contents)}} guides`. */

import { compileExpression } from './compile-expression.ts';
import {
  type Compiled,
  type Expression,
  ExpressionError,
  type ExpressionProblem,
  type Frame,
  type Scope,
} from './expression.ts';
import { Failure } from './failure.ts';
import { Run } from './run.ts';
import { toText } from './text.ts';
import { skipQuoted } from './token.ts';

/** An expression within a text and where it begins there. */
interface Piece {
  readonly expression: Expression;
  readonly offset: number;
}

/** The source of an expression within a text. */
interface Source {
  readonly text: string;
  readonly offset: number;
}

/** The plain pieces of a text and the sources of its expressions; the last one is `unclosed` where `}}` is missing. */
export function templateParts(text: string): (string | Source | { readonly unclosed: number })[] {
  const parts: (string | Source | { readonly unclosed: number })[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    if (open < 0) break;
    if (open > at) parts.push(text.slice(at, open));
    const offset = open + 2;
    const close = closing(text, offset);
    if (close < 0) return [...parts, { unclosed: open }];
    parts.push({ text: text.slice(offset, close), offset });
    at = close + 2;
  }
  if (at < text.length || parts.length === 0) parts.push(text.slice(at));
  return parts;
}

/** A text that is exactly one `{{expression}}` gives the expression's value; any other gives text. */
export function compileTemplate(text: string, scope: Scope): Compiled {
  const parts: (string | Piece)[] = [];
  const problems: ExpressionProblem[] = [];
  for (const part of templateParts(text)) {
    if (typeof part === 'string') parts.push(part);
    else if ('unclosed' in part) {
      const start = part.unclosed;
      const message = '`{{` is never closed';
      problems.push({ code: 'unclosed', message, start, end: start + 2, hint: 'add `}}`' });
    } else {
      const compiled = compileExpression(part.text, scope);
      if (compiled.ok) parts.push({ expression: compiled.expression, offset: part.offset });
      else for (const problem of compiled.problems) problems.push(moved(problem, part.offset));
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, expression: templateOf(text, parts) };
}

/** Where the `}}` of the expression that begins at `from` stands; -1: nowhere. */
function closing(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const next = skipQuoted(text, at);
    if (next > at) {
      at = next;
      continue;
    }
    const sign = text[at];
    if (sign === '}' && depth === 0) return text[at + 1] === '}' ? at : -1;
    if (sign === '{') depth += 1;
    if (sign === '}') depth -= 1;
    at += 1;
  }
  return -1;
}

function moved(problem: ExpressionProblem, offset: number): ExpressionProblem {
  return { ...problem, start: problem.start + offset, end: problem.end + offset };
}

function templateOf(text: string, parts: readonly (string | Piece)[]): Expression {
  const pieces = parts.filter((part) => typeof part !== 'string');
  const reads = [...new Set(pieces.flatMap(({ expression }) => expression.reads))];
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object')
    return { text, reads, evaluate: (frame) => pieceValue(only, frame) };
  const run = new Run();
  return {
    text,
    reads,
    evaluate(frame) {
      let filled = '';
      for (const part of parts)
        filled += typeof part === 'string' ? part : textOf(run, part, pieceValue(part, frame));
      return filled;
    },
  };
}

function pieceValue({ expression, offset }: Piece, frame: Frame): unknown {
  try {
    return expression.evaluate(frame);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ExpressionError(error.code, error.message, error.position + offset);
  }
}

/** Absent is no text. */
function textOf(run: Run, { offset }: Piece, value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  run.reset();
  try {
    return toText(run, value);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new ExpressionError(error.code, error.message, offset);
  }
}
