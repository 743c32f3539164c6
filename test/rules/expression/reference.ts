/** The oracle: what npm jsonata answers, and what we answer, in a form that can be compared. */

import { isDeepStrictEqual } from 'node:util';
import jsonata from 'jsonata';
import { compileExpression } from '../../../src/rules/expression/compile-expression.ts';
import { ExpressionError, type Frame, type Scope } from '../../../src/rules/expression/expression.ts';

export type Input = Readonly<Record<string, unknown>>;

export type Outcome =
  | { readonly value: unknown }
  | { readonly error: string; readonly position?: number }
  | { readonly problems: readonly string[] };

/** Names are the fields of the input. */
export function scopeOf(names: readonly string[]): Scope {
  return {
    describe: 'lead',
    names: () => names,
    lookup: (name) =>
      names.includes(name)
        ? { read: ({ input }) => (Object.hasOwn(input, name) ? input[name] : undefined) }
        : undefined,
  };
}

export function frameOf(input: Input): Frame {
  return { slots: [], input, time: 0, zone: 'Europe/Madrid', currency: 'EUR' };
}

export function ours(text: string, names: readonly string[], input: Input): Outcome {
  const compiled = compileExpression(text, scopeOf(names));
  if (!compiled.ok) return { problems: compiled.problems.map(({ code, message }) => `${code}: ${message}`) };
  try {
    return { value: compiled.expression.evaluate(frameOf(input)) };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { error: error.code, position: error.position };
  }
}

/** `changed`: it pushed something into its own input, as it does with empty lists; `crash`: no error of JSONata. */
export async function reference(text: string, input: Input): Promise<Outcome> {
  const copy = structuredClone(input);
  try {
    const value = plain(await jsonata(text).evaluate(copy));
    return isDeepStrictEqual(plain(copy), plain(input)) ? { value } : { error: 'changed' };
  } catch (error) {
    const { code, position } = error as { code?: string; position?: number };
    return { error: code ?? 'crash', position: position ?? 0 };
  }
}

/** Copies without the marks that jsonata leaves on its lists and objects. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
