/** Suggestions for misspelt words, and none for words that are merely different. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { didYouMean, editDistance } from '../../src/core/did-you-mean.ts';

const KNOWN = ['completions_7d', 'completions', 'opens_7d', 'opens', 'publish', 'round', 'status', 'sum'];

test('typing mistakes find their word', () => {
  const mistakes: [word: string, meant: string][] = [
    ['completion_7d', 'completions_7d'],
    ['completion', 'completions'],
    ['publsh', 'publish'],
    ['rund', 'round'],
    ['Status', 'status'],
    ['sttaus', 'status'],
    ['smu', 'sum'],
  ];
  for (const [word, meant] of mistakes) assert.equal(didYouMean(word, KNOWN), meant, word);
});

test('other words find none', () => {
  for (const word of ['budget', 'x', 'ab', 'clicks_30d'])
    assert.equal(didYouMean(word, KNOWN), undefined, word);
  assert.equal(didYouMean('opens', []), undefined);
});

test('the answer does not depend on the order of the candidates', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 6 }), fc.array(fc.string({ maxLength: 6 })), (word, candidates) => {
      assert.equal(didYouMean(word, candidates), didYouMean(word, [...candidates].reverse()));
    }),
  );
});

test('the distance is that of edits', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = editDistance(a, b);
      assert.equal(distance, editDistance(b, a));
      assert.equal(distance === 0, a === b);
      assert.ok(distance >= Math.abs(a.length - b.length) && distance <= Math.max(a.length, b.length));
      assert.equal(editDistance(`${a}x`, a), 1);
    }),
  );
});
