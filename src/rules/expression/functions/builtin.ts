/** What a built-in function is. */

import type { Run } from '../run.ts';
import type { Code, Term } from '../term.ts';
import { Signature } from './signature.ts';

/** Arguments that did not fit the quick way: checked and applied by the signature. */
export type Applied = (run: Run, item: unknown, args: readonly unknown[]) => unknown;

export interface Builtin {
  readonly signature: Signature;
  /** Parameters that higher-order functions may fill when it is passed by name. */
  readonly arity: number;
  /** Parameters that a partial application passes. */
  readonly parameters: number;
  /** It may answer with a sequence. */
  readonly sequence: boolean;
  readonly apply: (run: Run, args: readonly unknown[]) => unknown;
  /** Code without an argument list, for the calls that are frequent in rules. */
  readonly inline: ((args: readonly Term[], applied: Applied) => Code | undefined) | undefined;
}

type Options = Partial<Pick<Builtin, 'sequence' | 'inline'>> & { readonly arity?: number };

/** `apply` gets the arguments as the signature arranged them. */
export function builtin<Args extends readonly unknown[]>(
  notation: string,
  apply: (run: Run, args: Args) => unknown,
  { arity, sequence = false, inline }: Options = {},
): Builtin {
  const signature = new Signature(notation);
  return {
    signature,
    arity: arity ?? signature.most,
    parameters: Number.isFinite(signature.most) ? signature.most : 1,
    sequence,
    apply: (run, args) => apply(run, args as Args),
    inline,
  };
}

/** Inline code for a function of one number. */
export function ofNumber(calculate: (n: number) => number): Builtin['inline'] {
  return ([only, ...more], applied) => {
    if (only === undefined || more.length > 0) return undefined;
    const { code } = only;
    return (run, item, slots) => {
      const value = code(run, item, slots);
      if (typeof value === 'number') return calculate(value);
      return value === undefined ? undefined : applied(run, item, [value]);
    };
  };
}
