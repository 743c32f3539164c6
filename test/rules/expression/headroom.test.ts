/** Rules that people write are far from the budget: every shipped one, and every case of the official suite. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suiteCases } from '../../../bench/conformance/suite.ts';
import { EXPRESSIONS, INPUT } from '../../../bench/expressions/corpus.ts';
import { shippedTexts } from '../../../bench/expressions/shipped-texts.ts';
import { compile } from '../../../src/rules/expression/compile.ts';
import { ExpressionError } from '../../../src/rules/expression/expression.ts';
import { BUDGET } from '../../../src/rules/expression/run.ts';

const HEADROOM = 20;
const SMALL = { ...BUDGET, steps: BUDGET.steps / HEADROOM };

test('expressions of rules need less than a twentieth of the steps', () => {
  for (const text of EXPRESSIONS) compile(text, { budget: SMALL }).evaluate(INPUT);
  const shipped = shippedTexts();
  assert.ok(shipped.length > 20, `${shipped.length}`);
  for (const text of shipped) assert.notEqual(endingOf(text, INPUT), 'over_budget', text);
});

/** Made to be large: lists of 10^5 and 10^7 items, and loops of thousands of calls. */
const LARGE = [
  ...['range-operator/case021', 'range-operator/case024', 'flattening/large#0', 'flattening/large#1'],
  ...['performance/case000', 'performance/case001', 'tail-recursion/case005', 'tail-recursion/case006'],
  ...['tail-recursion/case007'],
];

const directory = process.env.WEIR_JSONATA_SUITE;
const skip = directory === undefined ? 'WEIR_JSONATA_SUITE names no directory' : false;

test('so do all cases of the suite that are not made to be large', { skip }, () => {
  for (const each of suiteCases(directory as string)) {
    const { name, expression, input, bindings, expected } = each;
    // Errors of the reference's own budgets are ours too.
    const bounded = 'code' in expected && /^(U1001|D1011|D1012|D2014|D2015)$/.test(expected.code);
    if (!bounded && !LARGE.includes(name))
      assert.notEqual(endingOf(expression, input, bindings), 'over_budget', name);
  }
});

function endingOf(text: string, input: unknown, bindings?: Readonly<Record<string, unknown>>): string {
  try {
    compile(text, { budget: SMALL }).evaluate(input, bindings);
    return 'value';
  } catch (error) {
    if (error instanceof ExpressionError) return error.code;
    throw error;
  }
}
