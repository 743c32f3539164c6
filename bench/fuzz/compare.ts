/** What both engines answer to one pair, where they differ. */

import { isDeepStrictEqual } from 'node:util';
import jsonata from 'jsonata';
import { compile } from '../../src/rules/expression/compile.ts';
import { ExpressionError } from '../../src/rules/expression/expression.ts';
import type { Pair } from './pairs.ts';

type Outcome = { readonly value: unknown } | { readonly code: string };

export interface Difference {
  readonly ours: string;
  readonly theirs: string;
}

/** Undefined: they agree, or the reference has no answer of its own. */
export async function differenceOf({ expression, input }: Pair): Promise<Difference | undefined> {
  const { text } = expression;
  // The reference copies the left side of these as JSON: the pattern is lost, and $match may then never end.
  if (/\?[?:]/.test(text) && text.includes('/')) return undefined;
  const theirs = await reference(text, input);
  const ours = answer(text, input);
  if (agree(text, ours, theirs)) return undefined;
  return { ours: JSON.stringify(ours), theirs: JSON.stringify(theirs) };
}

function agree(text: string, ours: Outcome, theirs: Outcome): boolean {
  const budget = 'code' in ours && ['over_budget', 'forbidden_key', 'not_in_copy'].includes(ours.code);
  // A crash of the reference, or an input that it changed, tells nothing; ours must not crash all the same.
  if ('code' in theirs && ['crash', 'changed'].includes(theirs.code))
    return !('code' in ours && ours.code === 'crash');
  if (budget) return true;
  if ('code' in theirs && 'code' in ours) {
    // The reference evaluates the parts of lists and objects at once: any of their errors may come first.
    return ours.code === theirs.code || (/[[{].*,/s.test(text) && ours.code !== 'crash');
  }
  return isDeepStrictEqual(ours, theirs);
}

function answer(text: string, input: unknown): Outcome {
  try {
    return { value: json(compile(text, { time: Date.now() }).evaluate(input)) };
  } catch (error) {
    if (error instanceof ExpressionError) return { code: error.code };
    return { code: 'crash' };
  }
}

async function reference(text: string, input: unknown): Promise<Outcome> {
  const copy: unknown = structuredClone(input);
  try {
    const value = json(await jsonata(text).evaluate(copy));
    return isDeepStrictEqual(json(copy), json(input)) ? { value } : { code: 'changed' };
  } catch (error) {
    return { code: (error as { code?: string }).code ?? 'crash' };
  }
}

function json(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}
