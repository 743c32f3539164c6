/** Text to syntax tree, by the jsonata parser, behind guards that keep it from running away. */

import jsonata from 'jsonata';
import type { ExpressionProblem } from './expression.ts';
import { sourceProblem } from './source-bounds.ts';
import type { Node } from './syntax-tree.ts';
import { tokenStart } from './token.ts';

export type Parsed =
  | { readonly ok: true; readonly tree: Node }
  | { readonly ok: false; readonly problem: ExpressionProblem };

/** Texts are read to be compiled, to be checked and to be compared: a rule set has some hundreds. */
const MOST_REMEMBERED = 1_000;
const remembered = new Map<string, Parsed>();

/** The tree is never changed by anybody, so that whoever asks for the same text has the same one. */
export function parse(text: string): Parsed {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const parsed = parsedAnew(text);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(text, parsed);
  return parsed;
}

function parsedAnew(text: string): Parsed {
  const problem = sourceProblem(text);
  if (problem !== undefined) return { ok: false, problem };
  try {
    const tree = jsonata(text).ast() as unknown as Node;
    return { ok: true, tree: text.includes('/') ? withPatterns(tree) : tree };
  } catch (error) {
    return { ok: false, problem: syntaxProblem(text, error) };
  }
}

/** The parser copies the left side of `?:` and `??` as JSON, which loses patterns: they are those at the same place. */
function withPatterns(tree: Node): Node {
  const patterns = new Map<number | undefined, unknown>();
  const lost: { value?: unknown; position?: number }[] = [];
  const visit = (part: unknown) => {
    if (typeof part !== 'object' || part === null || part instanceof RegExp) return;
    const node = part as Node;
    if (node.type === 'regex') {
      if (node.value instanceof RegExp) patterns.set(node.position, node.value);
      else lost.push(node as { value?: unknown; position?: number });
    }
    for (const inner of Object.values(part)) visit(inner);
  };
  visit(tree);
  for (const node of lost) node.value = patterns.get(node.position);
  return tree;
}

/** What the parser throws: plain objects, except for bad regular expressions and a full stack. */
interface ParserError {
  readonly code?: string;
  readonly message?: string;
  readonly position?: number;
  readonly token?: unknown;
}

function problemAt(code: string, message: string, start: number, end: number): ExpressionProblem {
  return { code, message, start, end };
}

function syntaxProblem(text: string, thrown: unknown): ExpressionProblem {
  const error = thrown as ParserError;
  if (thrown instanceof RangeError) return problemAt('too_deep', 'nested too deep', 0, text.length);
  if (error.code === undefined) {
    const start = Math.max(0, text.indexOf('/'));
    return problemAt('regex', 'this is no regular expression', start, start + 1);
  }
  const { start, end } = rangeOf(text, error.code, error.position ?? text.length, error.token);
  return problemAt(error.code, `${error.message} (${error.code})`, start, end);
}

function rangeOf(
  text: string,
  code: string,
  position: number,
  token: unknown,
): { start: number; end: number } {
  switch (code) {
    case 'S0102':
      return { start: position, end: position + String(token).length };
    case 'S0103':
    case 'S0104':
      return { start: position, end: Math.min(position + 1, text.length) };
    case 'S0106':
      return { start: position, end: position + 2 };
    case 'S0101':
    case 'S0105':
    case 'S0203':
    case 'S0207':
    case 'S0302':
      return { start: position, end: position };
    default: {
      const sigil = text[position - String(token).length - 1] === '$' ? 1 : 0;
      return { start: tokenStart(text, position, String(token ?? ' ').length + sigil), end: position };
    }
  }
}
