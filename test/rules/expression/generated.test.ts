/** Random expressions on random inputs mean what npm jsonata means. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { expression, input } from './generated.ts';
import { NAMES } from './inputs.ts';
import { type Outcome, ours, reference } from './reference.ts';

const NAMED = [...NAMES, 'x', 'y'];

test('random expressions against jsonata', async () => {
  await fc.assert(
    fc.asyncProperty(expression, input, async (text, data) => {
      const expected = await reference(text, data);
      const actual = ours(text, NAMED, data);
      assert.ok(agree(text, actual, expected), JSON.stringify({ text, actual, expected }));
    }),
    { numRuns: 800 },
  );
});

function agree(text: string, actual: Outcome, expected: Outcome): boolean {
  // An internal error of the reference, or an input that it changed, tells nothing.
  if ('error' in expected && ['crash', 'changed'].includes(expected.error)) return true;
  if ('problems' in actual) return isRefused(actual.problems, expected);
  if ('error' in expected) {
    // The reference evaluates the parts of lists and objects at once: any of their errors may come first.
    return 'error' in actual && (actual.error === expected.error || /[[{]/.test(text));
  }
  try {
    assert.deepEqual(actual, expected);
    return true;
  } catch {
    return false;
  }
}

function isRefused(problems: readonly string[], expected: Outcome): boolean {
  const syntax = 'error' in expected && problems.some((problem) => problem.startsWith(expected.error));
  return syntax || problems.every((problem) => problem.includes('behind the last call of a function'));
}
