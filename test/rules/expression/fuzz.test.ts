/** Generated expressions of all of JSONata on mutated inputs mean what npm jsonata means; `npm run fuzz` does more. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differenceOf } from '../../../bench/fuzz/compare.ts';
import { pairs } from '../../../bench/fuzz/pairs.ts';
import { shrunk } from '../../../bench/fuzz/shrink.ts';

const SEED = 20260105;
const PAIRS = 1500;

test('generated pairs show no difference', async () => {
  for (const pair of pairs(SEED, PAIRS)) {
    if ((await differenceOf(pair)) === undefined) continue;
    const small = await shrunk(pair);
    const difference = await differenceOf(small);
    assert.fail(JSON.stringify({ text: small.expression.text, input: small.input, ...difference }));
  }
});
