/** Built-in functions as values: `$map(names, $uppercase)`. */

import { type Arguments, Callable } from '../callable.ts';
import type { Run } from '../run.ts';
import type { Builtin } from './builtin.ts';
import { CATALOGUE } from './catalogue.ts';

class BuiltinValue extends Callable {
  private readonly builtin: Builtin;

  constructor(builtin: Builtin) {
    super(builtin.arity);
    this.builtin = builtin;
  }

  /** There is no context that could stand in for a missing argument. */
  override apply(run: Run, args: Arguments): unknown {
    run.enter();
    const result = this.builtin.apply(run, this.builtin.signature.arrange(args.slice(1), null));
    run.depth -= 1;
    return result;
  }
}

const values = new Map<string, Callable>(
  [...CATALOGUE].map(([name, builtin]) => [name, new BuiltinValue(builtin)]),
);

export function builtinValue(name: string): Callable | undefined {
  return values.get(name);
}
