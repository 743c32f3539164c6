/** Progress shows share, count, rate and time left: as a bar on a terminal, as lines elsewhere. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Progress } from '../../src/cli/progress.ts';

function progressOn(isTTY: boolean, columns = 100) {
  let now = 0;
  const written: string[] = [];
  const output = { isTTY, columns, write: (text: string) => written.push(text) };
  const progress = new Progress({ title: 'import a.csv', unit: 'rows', output, now: () => now });
  const at = (time: number, share: number, count: number) => {
    now = time;
    progress.update(share, count);
  };
  return { progress, written, at };
}

test('plain lines every five seconds, without control characters', () => {
  const { written, at, progress } = progressOn(false);
  for (let second = 0; second <= 11; second++) at(second * 1000, second / 20, second * 1000);
  progress.clear();
  assert.deepEqual(written, [
    'import a.csv: 25 %, 5,000 rows, 1,000/s, 15 s left\n',
    'import a.csv: 50 %, 10,000 rows, 1,000/s, 10 s left\n',
  ]);
});

test('a bar at most ten times a second, never wider than the terminal, removed at the end', () => {
  const { written, at, progress } = progressOn(true, 60);
  for (let ms = 0; ms <= 1000; ms += 10) at(ms, ms / 2000, ms);
  assert.equal(written.length, 10);
  const last = written.at(-1) as string;
  assert.ok(last.startsWith('\r\x1b[2Kimport a.csv  ████████████░░░░░░░░░░░░  50 %'), JSON.stringify(last));
  assert.ok(written.every((text) => text.slice('\r\x1b[2K'.length).length < 60));
  progress.clear();
  assert.equal(written.at(-1), '\r\x1b[2K');
  progress.clear();
  assert.equal(written.length, 11);
});

test('a resumed run counts its rate from where it began', () => {
  const { written, at } = progressOn(false);
  at(0, 0.5, 10_000);
  at(10_000, 0.75, 11_000);
  assert.deepEqual(written, ['import a.csv: 75 %, 11,000 rows, 100/s, 10 s left\n']);
});
