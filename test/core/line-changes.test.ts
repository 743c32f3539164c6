/** Line changes lead from the old text to the new one, and tell no more than there is. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Hunk, lineChanges } from '../../src/core/line-changes.ts';
import { DRAWN_SEED } from '../drawn-seed.ts';

const seed = DRAWN_SEED;
const texts = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
  .map((lines) => lines.join('\n'));

/** What an editor does with them. */
function applied(old: string, hunks: readonly Hunk[]): string {
  const lines = old.split('\n');
  for (const { old: at, lines: told } of hunks.toReversed()) {
    const before = told.filter(({ sign }) => sign !== '+').map(({ text }) => text);
    assert.deepEqual(lines.slice(at - 1, at - 1 + before.length), before);
    lines.splice(at - 1, before.length, ...told.filter(({ sign }) => sign !== '-').map(({ text }) => text));
  }
  return lines.join('\n');
}

describe('line changes', () => {
  test('lead from one text to the other, with any number of lines around them', () => {
    fc.assert(
      fc.property(texts, texts, fc.nat(4), (old, next, around) => {
        const hunks = lineChanges(old, next, around);
        assert.equal(applied(old, hunks), next);
        assert.equal(hunks.length === 0, old === next);
        for (const { new: at, lines } of hunks) {
          const after = lines.filter(({ sign }) => sign !== '-').map(({ text }) => text);
          assert.deepEqual(next.split('\n').slice(at - 1, at - 1 + after.length), after);
        }
      }),
      { seed },
    );
  });

  test('keep as many lines as both have in common', () => {
    fc.assert(
      fc.property(texts, fc.nat(11), (text, at) => {
        const lines = text.split('\n');
        const next = lines.toSpliced(at % (lines.length + 1), 0, 'new').join('\n');
        const told = lineChanges(text, next, 0).flatMap((hunk) => hunk.lines);
        assert.deepEqual(told, [{ sign: '+', text: 'new' }]);
      }),
      { seed },
    );
  });

  test('one line in the middle, with what stands around it', () => {
    const [hunk, ...others] = lineChanges('1\n2\n3\n4\n5', '1\n2\nthree\n4\n5', 1);
    assert.deepEqual(others, []);
    assert.deepEqual(hunk, {
      old: 2,
      new: 2,
      lines: [
        { sign: ' ', text: '2' },
        { sign: '-', text: '3' },
        { sign: '+', text: 'three' },
        { sign: ' ', text: '4' },
      ],
    });
  });
});
