/** Whatever a file holds, the loader answers with a plan or with problems at places that exist. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { readConfig } from '../../src/cli/read-config.ts';
import { loadRuleSet, type RuleFile } from '../../src/rules/load-rule-set.ts';
import { formatProblems } from '../../src/rules/problem.ts';

const FILES = readConfig(join(import.meta.dirname, '../../config'));
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  ': ',
  '- ',
  '\n',
  '  ',
  '{{',
  '|',
  '>',
  '&a ',
  '*a',
  '---\n',
  '~',
  '0',
  '$',
  '#',
  '\t',
  '\u{1F600}',
  '`',
  '\\',
  '!!x ',
];

/** Cuts something out of one of the files and puts something else in. */
const edit = fc.record({
  file: fc.nat(FILES.length - 1),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.integer({ min: 0, max: 30 }),
  piece: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 5 })),
});

test('edited files never break the loader, and every problem stands in a file', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      const files = FILES.map((file) => ({ ...file }));
      for (const { file, at, cut, piece } of edits) {
        const edited = files[file] as { path: string; text: string };
        const offset = Math.floor(at * edited.text.length);
        edited.text = edited.text.slice(0, offset) + piece + edited.text.slice(offset + cut);
      }
      const answer = loadRuleSet(files);
      const problems = answer.ok ? answer.warnings : answer.problems;
      assert.ok(answer.ok || problems.length > 0);
      for (const problem of problems) {
        const line = textOf(files, problem.path).split('\n')[problem.line - 1];
        assert.ok(
          line !== undefined && problem.column >= 1 && problem.column <= line.length + 1,
          JSON.stringify(problem),
        );
        assert.ok(problem.length >= 1 && problem.length <= Math.max(1, line.length), JSON.stringify(problem));
      }
      assert.ok(formatProblems(problems, files).length > 0);
    }),
    { numRuns: 40 },
  );
});

function textOf(files: readonly RuleFile[], path: string): string {
  return files.find((file) => file.path === path)?.text as string;
}
