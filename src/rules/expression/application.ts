/** a ~> $f: the left side becomes the first argument; two functions become one. */

import { compileCall } from './call.ts';
import { Callable, Chain } from './callable.ts';
import { Failure } from './failure.ts';
import type { Run } from './run.ts';
import type { Node } from './syntax-tree.ts';
import type { Compiler, Place, Term } from './term.ts';

export function compileApplication(node: Node, place: Place, compiler: Compiler): Term {
  const left = compiler.term(node.lhs as Node, place);
  const right = node.rhs as Node;
  if (right.type === 'function') return compileCall(right, place, compiler, left);
  const { code: value } = left;
  const { code: target } = compiler.term(right, place);
  const end = node.position ?? 0;
  return {
    constant: false,
    sequence: true,
    code: (run, item, slots) => {
      const first = value(run, item, slots);
      const callee = target(run, item, slots);
      if (!(callee instanceof Callable)) throw new Failure('T2006', callee, end, '~>');
      if (first instanceof Callable) return new Chain(first, callee);
      return applied(run, callee, first, end);
    },
  };
}

/** Unlike at a call, what fails inside keeps its own place. */
function applied(run: Run, callee: Callable, value: unknown, end: number): unknown {
  try {
    return callee.call(run, [undefined, value]);
  } catch (error) {
    if (error instanceof Failure && error.position < 0) error.position = end;
    throw error;
  }
}
