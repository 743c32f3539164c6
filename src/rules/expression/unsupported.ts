/** Syntax that rules may not use, or not yet: each is a problem at its own token. */

import type { Node } from './syntax-tree.ts';
import type { Compiler, Term } from './term.ts';
import { skipQuoted } from './token.ts';

const WHOLE_INPUT = 'reads everything; name what you need';

/** A stand-in for the node if it is refused; else undefined. */
export function refuseUnsupported(node: Node, compiler: Compiler): Term | undefined {
  const end = node.position ?? compiler.text.length;
  switch (node.type) {
    case 'wildcard':
      return compiler.refuse(
        'unsupported',
        `\`*\` is not supported yet in rules: it ${WHOLE_INPUT}`,
        end - 1,
        end,
      );
    case 'descendant':
      return compiler.refuse(
        'unsupported',
        `\`**\` is not supported yet in rules: it ${WHOLE_INPUT}`,
        end - 2,
        end,
      );
    case 'parent':
      return parent(compiler);
    case 'regex':
      return later('a regular expression', regexStart(compiler.text, end), end, compiler);
    case 'transform':
      return later('`|…|…|`', end - 1, end, compiler);
    case 'partial':
      return later('a call with `?`', end - 1, end, compiler);
  }
  if (node.type === 'lambda' && node.signature !== undefined) {
    return later('a signature of a function', end - 1, end, compiler);
  }
  if (node.focus !== undefined) return binding('@', node.focus, end, compiler);
  if (node.index !== undefined) return binding('#', node.index, end, compiler);
  return undefined;
}

function later(what: string, start: number, end: number, compiler: Compiler): Term {
  return compiler.refuse('unsupported', `${what} is not supported yet in rules`, start, end);
}

/** The parser gives `%` no position: it is the first one that stands where a value begins. */
function parent(compiler: Compiler): Term {
  const { text } = compiler;
  let found = 0;
  let before = '(';
  for (let at = 0; at < text.length; ) {
    const next = skipQuoted(text, at);
    const sign = text[at] as string;
    if (next === at && sign === '%' && '.([{,;:=<>&+-*/%?^~|'.includes(before)) {
      found = at;
      break;
    }
    if (next > at ? !text.startsWith('/*', at) : sign.trim() !== '') before = sign;
    at = Math.max(next, at + 1);
  }
  return later('`%`', found, found + 1, compiler);
}

/** `@$name` and `#$name` stand somewhere behind the step. */
function binding(sign: string, name: string, from: number, compiler: Compiler): Term {
  const { text } = compiler;
  const found = text.indexOf(sign, from);
  const at = found < 0 ? from : found;
  const close = text.indexOf(name, at);
  return later(`\`${sign}\``, at, close < 0 ? at + 1 : close + name.length, compiler);
}

/** The position is behind the flags. */
function regexStart(text: string, end: number): number {
  let close = end - 1;
  while (text[close] === 'i' || text[close] === 'm') close -= 1;
  let at = close - 1;
  while (at > 0 && (text[at] !== '/' || text[at - 1] === '\\')) at -= 1;
  return at;
}
