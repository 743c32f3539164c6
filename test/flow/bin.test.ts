/** The commands in bin/ start from anywhere, hand through words, signals and exit codes, and set-up is quiet when done. */

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { scratchFolder } from '../cli/scratch-folder.ts';

const root = join(import.meta.dirname, '../..');

function run(command: string, args: readonly string[], cwd = tmpdir()) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(command, args, { cwd }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

test('bin/weir runs from any folder and through a link, with its exit codes', async (t) => {
  const link = join(scratchFolder(t), 'weir');
  symlinkSync(join(root, 'bin/weir'), link);
  for (const command of [join(root, 'bin/weir'), link]) {
    assert.match((await run(command, ['--version'])).out, /^weir \d/);
    assert.equal((await run(command, ['nonsense'])).code, 2);
  }
});

test('a verb whose reader goes away ends without noise', async (t) => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `{"n":${i}}\n`).join('');
  const folder = scratchFolder(t, {
    'a.ndjson': rows,
    'map.yaml': "events: \"{ 'type': 'a.b', 'n': n }\"\n",
  });
  const words = [
    'import',
    join(folder, 'a.ndjson'),
    '--map',
    join(folder, 'map.yaml'),
    '--dry-run',
    '--json',
  ];
  const { code, err } = await run('sh', ['-c', '"$0" "$@" | head -1', join(root, 'bin/weir'), ...words]);
  assert.deepEqual([code, err], [0, '']);
});

test('bin/run.mjs forwards SIGTERM to what it started and takes its exit code', async (t) => {
  const script =
    "process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('up');";
  const file = join(scratchFolder(t, { 'a.ts': script }), 'a.ts');
  const child = spawn(process.execPath, [join(root, 'bin/run.mjs'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [9, null]);
});

test('set-up has nothing to do and nothing to say the second time', async () => {
  const { code, out, err } = await run(process.execPath, [join(root, 'bin/setup.mjs')]);
  assert.deepEqual({ code, out, err }, { code: 0, out: '', err: '' });
});
