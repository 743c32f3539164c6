/** a ? b : c, with nothing when the last part is missing. */

import type { Node } from './syntax-tree.ts';
import { type Code, type Compiler, constantTerm, type Place, passedOn, type Term } from './term.ts';
import { isTrue } from './truth.ts';

export function compileCondition(node: Node, place: Place, compiler: Compiler): Term {
  const { code: condition } = compiler.term(node.condition as Node, place);
  const then = compiler.term(node.then as Node, place);
  const otherwise = node.else === undefined ? constantTerm(undefined) : compiler.term(node.else, place);
  const yes = passedOn(then);
  const no = passedOn(otherwise);
  const code: Code = (run, item, slots) => {
    const value = condition(run, item, slots);
    return value === true || (value !== false && isTrue(value))
      ? yes(run, item, slots)
      : no(run, item, slots);
  };
  return { code, constant: false, layered: then.layered === true || otherwise.layered === true };
}
