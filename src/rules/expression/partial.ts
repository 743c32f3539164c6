/** $f(?, 1): a function that waits for the arguments marked `?`. */

import { bareName } from './call.ts';
import { type Arguments, Callable } from './callable.ts';
import { Failure } from './failure.ts';
import { CATALOGUE } from './functions/catalogue.ts';
import type { Node } from './syntax-tree.ts';
import { type Code, type Compiler, type Place, type Term, termOf } from './term.ts';

export function compilePartial(node: Node, place: Place, compiler: Compiler): Term {
  const written = node.arguments ?? [];
  const holes = written.flatMap((arg, index) => (isHole(arg) ? [index + 1] : []));
  const codes = written.map((arg) => (isHole(arg) ? undefined : compiler.term(arg, place).code));
  const procedure = node.procedure as Node;
  const bare = bareName(procedure);
  const forgotten = bare !== undefined && CATALOGUE.has(bare.value as string);
  const { code } = compiler.term(procedure, place);
  const end = node.position ?? 0;
  const token = typeof procedure.value === 'string' ? `$${procedure.value}` : 'the function';
  return termOf((run, item, slots) => {
    const given: Arguments = [undefined];
    for (const part of codes) given.push((part as Code | undefined)?.(run, item, slots));
    const callee = code(run, item, slots);
    if (callee instanceof Callable) return callee.partial(given, holes);
    throw new Failure(forgotten && callee === undefined ? 'T1007' : 'T1008', callee, end, token);
  });
}

function isHole(arg: Node): boolean {
  return arg.type === 'operator' && arg.value === '?';
}
