/** function($a, $b){ … }: keeps the context and the variables of the place where it stands. */

import { compileTailCall } from './call.ts';
import { type Arguments, Callable } from './callable.ts';
import type { Run } from './run.ts';
import type { Node } from './syntax-tree.ts';
import { type Code, type Compiler, type Place, type Slots, type Term, termOf } from './term.ts';
import { boundNames, UNBOUND, Variables } from './variables.ts';

export function compileLambda(node: Node, place: Place, compiler: Compiler): Term {
  const body = node.body as Node;
  if (node.thunk === true) return compileTailCall(body, place, compiler);
  const parameters = (node.arguments ?? []).map((parameter) => parameter.value as string);
  const variables = new Variables(place.variables, parameters, boundNames([body]));
  const { code } = compiler.term(body, { root: place.root, variables });
  const { size } = variables;
  const arity = parameters.length;
  return termOf((_run, item, slots) => new Lambda(code, arity, size, item, slots));
}

class Lambda extends Callable {
  private readonly code: Code;
  private readonly size: number;
  private readonly item: unknown;
  private readonly slots: Slots;

  constructor(code: Code, arity: number, size: number, item: unknown, slots: Slots) {
    super(arity);
    this.code = code;
    this.size = size;
    this.item = item;
    this.slots = slots;
  }

  /** The arguments become the slots. */
  override apply(run: Run, args: Arguments): unknown {
    run.enter();
    args[0] = this.slots;
    if (args.length > this.arity + 1) args.length = this.arity + 1;
    while (args.length <= this.arity) args.push(undefined);
    while (args.length <= this.size) args.push(UNBOUND);
    const result = this.code(run, this.item, args);
    run.depth -= 1;
    return result;
  }
}
