/** A name within an expression is found in the file, however the YAML text is written. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Diagnostics } from '../../src/rules/diagnostics.ts';
import type { LocatedScalar } from '../../src/rules/located.ts';
import { readYaml } from '../../src/rules/read-yaml.ts';
import { spanInScalar } from '../../src/rules/scalar-offsets.ts';
import { SourceFile } from '../../src/rules/source-file.ts';

function scalarOf(text: string): LocatedScalar {
  const diagnostics = new Diagnostics();
  const [map] = readYaml(new SourceFile('a.yaml', text), diagnostics);
  assert.deepEqual(diagnostics.errors, []);
  const value = map?.entries.get('k')?.value;
  assert.equal(value?.type, 'scalar');
  return value as LocatedScalar;
}

const word = fc
  .stringMatching(/^[a-z][a-z0-9_]{0,6}$/)
  .filter((text) => !/^(true|false|null|y|n)$/.test(text));
const words = fc.array(word, { minLength: 2, maxLength: 8 });
const indent = fc.integer({ min: 1, max: 4 }).map((size) => ' '.repeat(size));

/** How a list of words can be written as one YAML text. */
const STYLES: Record<string, (words: readonly string[], indent: string) => string> = {
  plain: (list) => `k: ${list.join(' ')}\n`,
  'plain over lines': (list, by) => `k: ${list.join(`\n${by}`)}\n`,
  single: (list) => `k: '${list.join(" '' ")}'\n`,
  'single over lines': (list, by) => `k: '${list.join(` ''\n${by}`)}'\n`,
  double: (list) => `k: "${list.join(' \\" ')}"\n`,
  'double with escapes': (list) => `k: "${list.join(' \\n\\x41\\u0042\\\\ ')}"\n`,
  literal: (list, by) => `k: |\n${by}${list.join(`\n${by}`)}\n`,
  'literal with deeper lines': (list, by) => `k: |-\n${by}${list.join(`\n${by}  `)}\n`,
  folded: (list, by) => `k: >\n${by}${list.join(`\n${by}`)}\n`,
  'folded with paragraphs': (list, by) => `# k\nk: >-\n${by}${list.join(`\n\n${by}`)}\n`,
};

for (const [style, write] of Object.entries(STYLES))
  test(style, () => {
    fc.assert(
      fc.property(words, indent, fc.nat(), (list, by, pick) => {
        const scalar = scalarOf(write(list, by));
        const starts: number[] = [];
        let from = 0;
        for (const wanted of list) {
          const at = scalar.text.indexOf(wanted, from);
          starts.push(at);
          from = at + wanted.length;
        }
        const index = pick % list.length;
        const [start, wanted] = [starts[index] as number, list[index] as string];
        const span = spanInScalar(scalar, start, start + wanted.length);
        assert.equal(scalar.source.text.slice(span.start, span.end), wanted);
      }),
      { numRuns: 100 },
    );
  });

test('the end of the text is the place behind its last character', () => {
  const scalar = scalarOf("k: '(a'\n");
  assert.deepEqual(spanInScalar(scalar, 2, 2), { start: 6, end: 7 });
});

test('an escaped line break cannot be mapped: the line of the text is shown', () => {
  const scalar = scalarOf('k: "a \\\n  b"\n');
  assert.deepEqual(spanInScalar(scalar, 2, 3), { start: 0, end: 7 });
});
