/** Whether our engine answers a case of the suite as it must. */

import { isDeepStrictEqual } from 'node:util';
import { compile } from '../../src/rules/expression/compile.ts';
import { ExpressionError } from '../../src/rules/expression/expression.ts';
import type { SuiteCase } from './suite.ts';

export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed' | 'skipped'; readonly reason: string };

/** Some cases build lists of ten million items. */
const AMPLE = { steps: 200_000_000, depth: 2000, text: 20_000_000, list: 20_000_000 };
/** Levels of the reference's depth that one call takes. */
const LEVELS_PER_CALL = 3;
const BUDGET_CODES = ['U1001', 'D1011', 'D1012', 'D2014', 'D2015'];

export function verdictOf({ expression, input, bindings, depth, unordered, expected }: SuiteCase): Verdict {
  const calls = depth === undefined ? AMPLE.depth : Math.floor(depth / LEVELS_PER_CALL);
  try {
    const compiled = compile(expression, { budget: { ...AMPLE, depth: calls } });
    const value = json(compiled.evaluate(input, bindings));
    if (!('result' in expected)) return failed(`expected an error, got ${show(value)}`);
    const same = unordered
      ? isSameMultiset(value, expected.result)
      : isDeepStrictEqual(value, json(expected.result));
    return same ? { kind: 'passed' } : failed(`expected ${show(expected.result)}, got ${show(value)}`);
  } catch (error) {
    if (!(error instanceof ExpressionError)) return failed(`threw ${String((error as Error).stack)}`);
    return judgedError(error, expected);
  }
}

function judgedError(error: ExpressionError, expected: SuiteCase['expected']): Verdict {
  const { code, message, position } = error;
  if (code === 'forbidden_function') return { kind: 'skipped', reason: message };
  const got = `${code} at ${position}: ${message}`;
  if ('result' in expected) return failed(`expected ${show(expected.result)}, got ${got}`);
  const wanted = 'code' in expected ? expected.code : expected.error.code;
  const isBudget = code === 'over_budget' && BUDGET_CODES.includes(String(wanted));
  return code === wanted || isBudget ? { kind: 'passed' } : failed(`expected ${wanted}, got ${got}`);
}

function failed(reason: string): Verdict {
  return { kind: 'failed', reason };
}

function isSameMultiset(value: unknown, expected: unknown): boolean {
  const sorted = (list: unknown) =>
    Array.isArray(list) ? list.map((item) => JSON.stringify(item)).sort() : list;
  return isDeepStrictEqual(sorted(value), sorted(expected));
}

/** As the suite writes values: no marks, no -0. */
function json(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
