/** Our regular expressions find what JavaScript's find, in time linear in the text. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Pattern } from '../../../../src/rules/expression/regex/pattern.ts';
import { PatternProblem } from '../../../../src/rules/expression/regex/syntax.ts';

const atom = fc.constantFrom(
  ...['a', 'b', 'c', 'A', '\\d', '\\w', '.', '[ab]', '[^a]', '[a-c\\d]', '\\s', '1', '\\b', '^', '$', '\\B'],
  ...[
    '[\\w-]',
    '\\x61',
    '[^\\W1]',
    'x{',
    'é',
    '\\u0041',
    '[\\b]',
    '\\cA',
    '\\0',
    '\\.',
    '[^]',
    '[]',
    'ς',
    '\\S',
    'K',
  ],
);
const count = fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{1,3}', '{0,2}?', '{2,}', '{,2}');
const { source } = fc.letrec<{ source: string }>((tie) => ({
  source: fc.oneof(
    { maxDepth: 5 },
    atom,
    fc.tuple(tie('source'), tie('source')).map(([a, b]) => a + b),
    fc.tuple(tie('source'), tie('source')).map(([a, b]) => `(${a}|${b})`),
    fc.tuple(tie('source'), count).map(([a, n]) => `(${a})${n}`),
    fc.tuple(tie('source'), tie('source'), count).map(([a, b, n]) => `(?:${a}|${b})${n}`),
    fc.tuple(atom, count).map(([a, n]) => a + n),
  ),
}));
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'A', '1', ' ', '\n', 'é', 'É', '{', 'x', 'Σ', 'K', 'k', '_'), {
    maxLength: 9,
  })
  .map((all) => all.join(''));

test('the same matches and groups as JavaScript', () => {
  fc.assert(
    fc.property(
      source,
      fc.constantFrom('', 'i', 'm', 'im'),
      text,
      fc.nat(3),
      (pattern, flags, subject, from) => {
        const expression = accepted(pattern, `${flags}g`);
        fc.pre(expression !== undefined && from <= subject.length);
        (expression as RegExp).lastIndex = from;
        const expected = (expression as RegExp).exec(subject);
        const ours = unlessTooLarge(pattern, flags);
        fc.pre(ours !== undefined);
        const match = (ours as Pattern).match(subject, from);
        const found = match === undefined ? null : [match.start, match.text, ...match.groups];
        assert.deepEqual(found, expected === null ? null : [expected.index, ...expected]);
      },
    ),
    { numRuns: 4000 },
  );
});

/** Counts within counts multiply: what they come to is bounded. */
function unlessTooLarge(pattern: string, flags: string): Pattern | undefined {
  try {
    return new Pattern(pattern, flags);
  } catch (error) {
    if (error instanceof PatternProblem && error.message === 'the pattern is too large') return undefined;
    throw error;
  }
}

function accepted(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}

test('work grows with the text, not with its possibilities', () => {
  for (const pattern of [
    '^(a+)+$',
    '(a|a)*b',
    '(a*)*b',
    '([a-z]+)*!',
    '(.*)(.*)(.*)(.*)x',
    '^(?:a?){30}a{30}$',
  ]) {
    const cost = (length: number) => {
      let steps = 0;
      new Pattern(pattern).match('a'.repeat(length), 0, { spend: (paid) => (steps += paid) });
      return steps;
    };
    assert.ok(cost(4000) <= 2.2 * cost(2000) + 50, pattern);
  }
});

test('what cannot be linear is refused', () => {
  for (const pattern of ['a(?=b)', 'a(?!b)', '(?<=a)b', '(?<!a)b', '(a)\\1', '(?<n>a)\\k<n>', 'a{5000}'])
    assert.throws(() => new Pattern(pattern), PatternProblem, pattern);
});
