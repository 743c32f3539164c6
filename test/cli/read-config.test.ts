/** Reading the rule files of a directory. */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readConfig } from '../../src/cli/read-config.ts';

const directory = mkdtempSync(join(tmpdir(), 'weir-config-'));
after(() => rmSync(directory, { recursive: true }));

test('every *.yaml below the directory, in the order of paths, and nothing else', () => {
  mkdirSync(join(directory, 'rules/more'), { recursive: true });
  for (const name of [
    'weir.yaml',
    'rules/b.yaml',
    'rules/more/a.yaml',
    'rules/a.yaml',
    'rules/note.md',
    'a.yml',
  ])
    writeFileSync(join(directory, name), `# ${name}`);
  assert.deepEqual(
    readConfig(directory).map(({ path, text }) => [path.slice(directory.length + 1), text]),
    ['rules/a.yaml', 'rules/b.yaml', 'rules/more/a.yaml', 'weir.yaml'].map((name) => [name, `# ${name}`]),
  );
});

test('a directory that is not there is an error', () => {
  assert.throws(() => readConfig(join(directory, 'nowhere')), /ENOENT/);
});
