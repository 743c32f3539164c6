/** What an engine answers to one pair: a value or an error code. */

import { ExpressionError } from '../../src/rules/expression/expression.ts';

/** `crash`: an error that is none of JSONata's own. */
export type Outcome = { readonly value: unknown } | { readonly code: string };

export const CRASH = 'crash';

export function codeOf({ code }: { readonly code?: unknown }): string {
  return typeof code === 'string' && /^[A-Z]\d{4}$/.test(code) ? code : CRASH;
}

export function answer(work: () => unknown): Outcome {
  try {
    return { value: plain(work()) };
  } catch (error) {
    return { code: error instanceof ExpressionError ? error.code : CRASH };
  }
}

/** As JSON writes it, but not-a-number, the infinities and -0 stay; functions are left out. */
export function plain(value: unknown): unknown {
  if (isFunction(value)) return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Array.from(value, plain);
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined && !isFunction(inner));
  return Object.fromEntries(fields.map(([key, inner]) => [key, plain(inner)]));
}

function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  const marks = value as { _jsonata_lambda?: unknown; _jsonata_function?: unknown } | null;
  return typeof value === 'object' && (marks?._jsonata_lambda === true || marks?._jsonata_function === true);
}
