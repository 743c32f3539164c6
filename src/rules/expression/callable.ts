/** A function as a value: a lambda, a built-in passed by name, or a chain of both. */

import type { Run } from './run.ts';

/** Arguments stand from index 1 on; index 0 is where a lambda puts its surrounding variables. */
export type Arguments = unknown[];

export abstract class Callable {
  /** How many parameters it has: higher-order functions pass no more. */
  readonly arity: number;

  constructor(arity: number) {
    this.arity = arity;
  }

  /** One application; may answer with a TailCall. The callee owns `args` from now on. */
  abstract apply(run: Run, args: Arguments): unknown;

  /** Applies until there is a value. */
  call(run: Run, args: Arguments): unknown {
    let result = this.apply(run, args);
    while (result instanceof TailCall) result = result.callee.apply(run, result.args);
    return result;
  }
}

/** A call in tail position, handed back so that the stack does not grow. */
export class TailCall {
  readonly callee: Callable;
  readonly args: Arguments;

  constructor(callee: Callable, args: Arguments) {
    this.callee = callee;
    this.args = args;
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

  override apply(run: Run, args: Arguments): unknown {
    run.enter();
    const result = this.second.call(run, [undefined, this.first.call(run, [undefined, args[1]])]);
    run.depth -= 1;
    return result;
  }
}
