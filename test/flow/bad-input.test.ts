/** A short run of the bad-input proof: our own event shapes and strings, a new draw each time, and others where they are. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DRAWN_SEED } from '../drawn-seed.ts';

const MAIN = join(import.meta.dirname, '../../bench/badinput/main.ts');
const OWN = ['events', 'strings'].map((name) => join(import.meta.dirname, '../corpora', name));
const folder = process.env.WEIR_CORPORA ?? '';
const SEED = DRAWN_SEED;

async function assertNothingLost(t: TestContext, directories: readonly string[], most: number) {
  const child = spawn(
    process.execPath,
    [MAIN, ...directories, '--most', String(most), '--seed', String(SEED)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  t.after(() => child.kill('SIGTERM'));
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  const told = `seed ${SEED}\n${err}\n${out}`;
  assert.equal(code, 0, told);
  const figures = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Record<string, number>;
  assert.equal(figures.inputs, most, told);
  for (const name of ['crashes', 'silent', 'server_errors', 'laxer', 'stricter'])
    assert.equal(figures[name], 0, `${name}, ${told}`);
}

test('2,000 bad inputs: none crashes weir, is silent, answers 5xx or is taken for good', (t) =>
  assertNothingLost(t, OWN, 2_000));

test(
  'bad input of public collections is answered too',
  {
    skip: folder !== '' && existsSync(folder) ? false : 'set WEIR_CORPORA to a folder that holds them',
  },
  (t) => assertNothingLost(t, [folder], 2_000),
);
