/** A function as a value: a lambda, a built-in passed by name, a pattern, or a chain of them. */

import type { Run } from './run.ts';
import { unwrap } from './sequence.ts';

/** Arguments stand from index 1 on; index 0 is where a lambda puts its surrounding variables. */
export type Arguments = unknown[];

export abstract class Callable {
  /** How many parameters it has: higher-order functions pass no more. */
  readonly arity: number;

  constructor(arity: number) {
    this.arity = arity;
  }

  /** One application; may answer with a TailCall. The callee owns `args` from now on; `context` may stand in for one. */
  abstract apply(run: Run, args: Arguments, context: unknown): unknown;

  /** Applies without a context. */
  call(run: Run, args: Arguments): unknown {
    return this.callIn(run, args, null);
  }

  /** Applies until there is a value. */
  callIn(run: Run, args: Arguments, context: unknown): unknown {
    let result = this.apply(run, args, context);
    while (result instanceof TailCall) result = result.callee.apply(run, result.args, context);
    return result;
  }

  /** What a function that gets this one as an argument sees: no context reaches it any more. */
  detached(): Callable {
    return this;
  }

  /** The same function with some arguments given; `holes` are the places of the others. */
  partial(given: Arguments, holes: readonly number[]): Callable {
    return new Partial(this, given, holes);
  }

  /** As a partial application calls it. */
  applyFilled(run: Run, args: Arguments): unknown {
    return this.apply(run, args, null);
  }
}

/** A call in tail position, handed back so that the stack does not grow; what stands behind it sees a function. */
export class TailCall extends Callable {
  readonly callee: Callable;
  readonly args: Arguments;

  constructor(callee: Callable, args: Arguments) {
    super(0);
    this.callee = callee;
    this.args = args;
  }

  override apply(run: Run, _args: Arguments, context: unknown): unknown {
    return this.callee.apply(run, this.args.slice(), context);
  }
}

/** `$f ~> $g`: first one, then the other. */
export class Chain extends Callable {
  private readonly first: Callable;
  private readonly second: Callable;

  constructor(first: Callable, second: Callable) {
    super(1);
    this.first = first;
    this.second = second;
  }

  /** The second call is in tail position: its context is that of the chain's. */
  override apply(run: Run, args: Arguments, context: unknown): unknown {
    run.enter();
    const between = unwrap(this.first.call(run, [undefined, args[1]]));
    const result = this.second.callIn(run, [undefined, between], context);
    run.depth -= 1;
    return result;
  }
}

/** A function that has lost its context. */
export class Detached extends Callable {
  private readonly callee: Callable;

  constructor(callee: Callable) {
    super(callee.arity);
    this.callee = callee;
  }

  override apply(run: Run, args: Arguments): unknown {
    return this.callee.call(run, args);
  }
}

/** `$f(?, 1)`. */
class Partial extends Callable {
  private readonly callee: Callable;
  private readonly given: Arguments;
  private readonly holes: readonly number[];

  constructor(callee: Callable, given: Arguments, holes: readonly number[]) {
    super(holes.length);
    this.callee = callee;
    this.given = given;
    this.holes = holes;
  }

  override apply(run: Run, args: Arguments): unknown {
    const all = this.given.slice();
    for (let i = 0; i < this.holes.length; i++) all[this.holes[i] as number] = args[i + 1];
    return this.callee.applyFilled(run, all);
  }
}
