/** Where a part of an expression stands in the text, from its first character to its last. */

import type { Node } from '../syntax-tree.ts';
import { skipPattern, skipQuoted, tokenStart } from '../token.ts';

export interface NodeSpan {
  readonly start: number;
  readonly end: number;
}

export function spanOf(node: Node, text: string): NodeSpan {
  const start = startOf(node, text);
  return { start, end: Math.max(endOf(node, text), start) };
}

function startOf(node: Node, text: string): number {
  const end = node.position ?? 0;
  switch (node.type) {
    case 'path':
      return startOf((node.steps as readonly Node[])[0] as Node, text);
    case 'binary':
    case 'apply':
    case 'bind':
      return startOf(node.lhs as Node, text);
    case 'condition':
      return startOf(node.condition as Node, text);
    case 'function':
    case 'partial':
      return startOf(node.procedure as Node, text);
    case 'name':
    case 'string':
      return tokenStart(text, end, String(node.value).length);
    case 'variable':
      return Math.max(0, end - String(node.value).length - 1);
    case 'number':
    case 'value':
      return wordStart(text, end);
    case 'lambda':
      return node.thunk === true ? startOf(node.body as Node, text) : wordStart(text, end);
    default:
      return Math.max(0, end - 1);
  }
}

/** Start of the number or word that ends at `end`; numbers may have signs in their exponent. */
function wordStart(text: string, end: number): number {
  return end - (/(?:[0-9.]+[eE][-+]?[0-9]+|[\w.]+)$/.exec(text.slice(0, end))?.[0].length ?? 1);
}

function endOf(node: Node, text: string): number {
  const bare = bareEnd(node, text);
  const stages = [...(node.predicate ?? []), ...(node.stages ?? [])];
  return stages.reduce(
    (end, { type, position }) => (type === 'filter' ? closing(text, position - 1) : end),
    bare,
  );
}

function bareEnd(node: Node, text: string): number {
  const end = node.position ?? 0;
  switch (node.type) {
    case 'path':
      return endOf((node.steps as readonly Node[]).at(-1) as Node, text);
    case 'binary':
    case 'apply':
    case 'bind':
      return endOf(node.rhs as Node, text);
    case 'condition':
      return endOf((node.else ?? node.then) as Node, text);
    case 'unary':
      return node.value === '-' ? endOf(node.expression as Node, text) : closing(text, end - 1);
    case 'function':
    case 'partial':
    case 'block':
    case 'sort':
      return closing(text, text.indexOf('(', Math.max(0, end - 1)));
    case 'lambda':
      return node.thunk === true ? endOf(node.body as Node, text) : closing(text, text.indexOf('{', end));
    default:
      return end;
  }
}

/** Behind the bracket that closes the one at `open`. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = Math.max(0, open); at < text.length; ) {
    const sign = text[at] as string;
    const quoted = skipQuoted(text, at);
    const next =
      quoted === at && sign === '/' && /[(,=:?&]\s*$/.test(text.slice(0, at))
        ? skipPattern(text, at)
        : quoted;
    if (next > at) {
      at = next;
      continue;
    }
    at += 1;
    if ('([{'.includes(sign)) depth += 1;
    if (')]}'.includes(sign) && --depth === 0) return at;
  }
  return text.length;
}
