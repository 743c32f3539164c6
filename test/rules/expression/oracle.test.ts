/** The supported subset means what npm jsonata means: the same value or the same error, on every input. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { INPUTS, NAMES } from './inputs.ts';
import { type Outcome, ours, reference } from './reference.ts';
import { TABLE } from './table.ts';

/** Functions passed to ~> fail where the reference called them last, in whatever expression that was. */
const PLACELESS = ['application'];

describe('expressions against jsonata', () => {
  for (const [family, texts] of Object.entries(TABLE)) {
    it(family, async () => {
      for (const text of texts) {
        for (const [index, input] of INPUTS.entries()) {
          const expected = await reference(text, input);
          const actual = ours(text, NAMES, input);
          const where = `${text} on input ${index}`;
          if (!('error' in expected)) assert.deepEqual(actual, expected, where);
          else if (expected.error === 'changed') continue;
          else if (expected.error === 'crash') assert.ok('error' in actual, where);
          else assert.deepEqual(placed(actual, family), placed(expected, family), where);
        }
      }
    });
  }

  it('covers at least 150 expressions', () => {
    assert.ok(new Set(Object.values(TABLE).flat()).size >= 150);
  });
});

function placed(outcome: Outcome, family: string): Outcome {
  return 'error' in outcome && PLACELESS.includes(family) ? { error: outcome.error } : outcome;
}
