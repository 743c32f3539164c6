/** Generated expressions on mutated inputs mean what npm jsonata means, in rules too; `npm run fuzz` tries more. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compared } from '../../../bench/fuzz/compare.ts';
import { FIELDS } from '../../../bench/fuzz/grammar/vocabulary.ts';
import { lastUsed } from '../../../bench/fuzz/last-used.ts';
import { answer, type Outcome } from '../../../bench/fuzz/outcome.ts';
import { type Pair, pairs } from '../../../bench/fuzz/pairs.ts';
import { NOW } from '../../../bench/fuzz/reference.ts';
import { shrunk } from '../../../bench/fuzz/shrink.ts';
import { compileExpression } from '../../../src/rules/expression/compile-expression.ts';
import { frameOf, type Input, scopeOf } from './reference.ts';

const SEED = 20260105;
const PAIRS = 5000;
const NAMES = FIELDS.map((field) => field.replaceAll('`', ''));

test('generated pairs show no difference', async () => {
  let counted = 0;
  for (const pair of pairs(SEED, PAIRS)) {
    const { verdict, ours } = await compared(pair);
    if (verdict === 'same') counted += 1;
    if (verdict === 'different') {
      const small = await shrunk(pair);
      assert.fail(
        JSON.stringify({ text: small.expression.text, input: small.input, ...(await compared(small)) }),
      );
    }
    const inRule = ruleAnswer(pair);
    if (inRule !== undefined) assert.deepEqual(inRule, ours, `${pair.expression.text} in a rule`);
  }
  assert.ok(counted > 0.95 * PAIRS, `${counted} of ${PAIRS} told something`);
});

const compiledRule = lastUsed((text) => compileExpression(text, scopeOf(NAMES)));

/** Undefined: rules refuse the expression, or have nothing to give where it answers with a function. */
function ruleAnswer({ expression: { text }, input }: Pair): Outcome | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
  const compiled = compiledRule(text);
  if (!compiled.ok) return undefined;
  const outcome = answer(() => compiled.expression.evaluate({ ...frameOf(input as Input), time: NOW }));
  return 'code' in outcome && outcome.code === 'not_a_value' ? undefined : outcome;
}
