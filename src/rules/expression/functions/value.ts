/** Built-in functions as values: `$map(names, $uppercase)`. */

import { type Arguments, Callable, Detached } from '../callable.ts';
import { Failure } from '../failure.ts';
import type { Run } from '../run.ts';
import type { Builtin } from './builtin.ts';
import { CATALOGUE, type Dialect, functionNamed, LANGUAGE, TIMED } from './catalogue.ts';

export class BuiltinValue extends Callable {
  private readonly builtin: Builtin;

  constructor(builtin: Builtin) {
    super(builtin.arity);
    this.builtin = builtin;
  }

  /** Whether the context may stand in for an argument. */
  get contextual(): boolean {
    return this.builtin.signature.contextual;
  }

  override apply(run: Run, args: Arguments, context: unknown): unknown {
    run.enter();
    const result = this.builtin.apply(run, this.builtin.signature.arrange(args.slice(1), context));
    run.depth -= 1;
    return result;
  }

  /** A partial application always passes all arguments, and the signature is not asked. */
  override applyFilled(run: Run, args: Arguments): unknown {
    const { parameters, apply, signature } = this.builtin;
    const all = Array.from({ length: parameters }, (_, index) => args[index + 1]);
    for (const [index, arg] of all.entries()) {
      if (arg instanceof Callable && signature.takesList(index)) throw new Failure('T0410', arg);
      payForList(run, arg);
    }
    run.enter();
    try {
      const result = apply(run, all);
      run.depth -= 1;
      return result;
    } catch (error) {
      // What a function does with arguments that it does not expect.
      if (error instanceof TypeError) throw new Failure('T0410');
      throw error;
    }
  }

  override detached(): Callable {
    return this.contextual ? new Detached(this) : this;
  }
}

/** An object may pretend to be a list of any length. */
function payForList(run: Run, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const length = Object.hasOwn(value, 'length') ? Number((value as { length: unknown }).length) : 0;
  if (!(length > 0)) return;
  run.boundList(length);
  run.spend(length);
}

const values = new Map<Builtin, BuiltinValue>(
  [...CATALOGUE.values(), ...LANGUAGE.values(), ...TIMED.values()].map((builtin) => [
    builtin,
    new BuiltinValue(builtin),
  ]),
);

export function builtinValue(name: string, dialect: Dialect): BuiltinValue | undefined {
  const builtin = functionNamed(name, dialect);
  return builtin === undefined ? undefined : values.get(builtin);
}
