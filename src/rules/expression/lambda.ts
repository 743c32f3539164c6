/** function($a, $b)<ss:s>{ … }: keeps the context and the variables of the place where it stands. */

import { compileTailCall } from './call.ts';
import { type Arguments, Callable, Detached } from './callable.ts';
import { Signature } from './functions/signature.ts';
import type { Run } from './run.ts';
import type { Node } from './syntax-tree.ts';
import { type Code, type Compiler, type Place, type Slots, type Term, termOf } from './term.ts';
import { boundNames, UNBOUND, Variables } from './variables.ts';

/** What all values of one lambda have in common. */
interface Shape {
  readonly code: Code;
  readonly arity: number;
  /** Slots needed, without index 0. */
  readonly size: number;
  readonly signature: Signature | undefined;
}

const LONGEST_SIGNATURE = 100;

export function compileLambda(node: Node, place: Place, compiler: Compiler): Term {
  const body = node.body as Node;
  if (node.thunk === true) return compileTailCall(body, place, compiler);
  const parameters = (node.arguments ?? []).map((parameter) => parameter.value as string);
  const variables = new Variables(place.variables, parameters, boundNames([body]));
  const { code } = compiler.term(body, { root: place.root, variables });
  const notation = node.signature?.definition ?? '';
  if (notation.length > LONGEST_SIGNATURE) {
    const end = node.position ?? compiler.text.length;
    return compiler.refuse(
      'too_long',
      `a signature has at most ${LONGEST_SIGNATURE} characters`,
      end - 1,
      end,
    );
  }
  const signature = node.signature === undefined ? undefined : new Signature(node.signature.definition);
  if (signature?.contextual === true) compiler.noteContextual();
  const shape = { code, arity: parameters.length, size: variables.size, signature };
  return termOf((_run, item, slots) => new Lambda(shape, item, slots));
}

class Lambda extends Callable {
  private readonly shape: Shape;
  private readonly item: unknown;
  private readonly slots: Slots;

  constructor(shape: Shape, item: unknown, slots: Slots) {
    super(shape.arity);
    this.shape = shape;
    this.item = item;
    this.slots = slots;
  }

  /** The arguments become the slots. */
  override apply(run: Run, args: Arguments, context: unknown): unknown {
    const { signature } = this.shape;
    if (signature === undefined) return this.applyFilled(run, args);
    return this.applyFilled(run, [undefined, ...signature.arrange(args.slice(1), context)]);
  }

  override applyFilled(run: Run, args: Arguments): unknown {
    const { code, arity, size } = this.shape;
    run.enter();
    args[0] = this.slots;
    if (args.length > arity + 1) args.length = arity + 1;
    while (args.length <= arity) args.push(undefined);
    while (args.length <= size) args.push(UNBOUND);
    const result = code(run, this.item, args);
    run.depth -= 1;
    return result;
  }

  override detached(): Callable {
    return this.shape.signature?.contextual === true ? new Detached(this) : this;
  }
}
