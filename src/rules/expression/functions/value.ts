/** Built-in functions as values: `$map(names, $uppercase)`. */

import { type Arguments, Callable, Detached } from '../callable.ts';
import { Failure } from '../failure.ts';
import type { Run } from '../run.ts';
import type { Profile } from '../term.ts';
import type { Builtin } from './builtin.ts';
import { CATALOGUE, functionNamed, LANGUAGE } from './catalogue.ts';

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
    const { parameters, apply } = this.builtin;
    const all = Array.from({ length: parameters }, (_, index) => args[index + 1]);
    const stranger = all.findIndex(isLikeList);
    if (stranger >= 0) throw new Failure('T0410', all[stranger], -1, '', stranger + 1);
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

/** An object that pretends to be a list of any length. */
function isLikeList(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, 'length')
  );
}

const values = new Map<Builtin, BuiltinValue>(
  [...CATALOGUE.values(), ...LANGUAGE.values()].map((builtin) => [builtin, new BuiltinValue(builtin)]),
);

export function builtinValue(name: string, profile: Profile): BuiltinValue | undefined {
  const builtin = functionNamed(name, profile);
  return builtin === undefined ? undefined : values.get(builtin);
}
