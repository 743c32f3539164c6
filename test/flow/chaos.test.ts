/** A short run of the chaos proof: a few faults on real processes, a new seed each time; `WEIR_CHAOS_FAULTS` says how many. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';

const MAIN = join(import.meta.dirname, '../../bench/chaos/main.ts');
const FAULTS = Number(process.env.WEIR_CHAOS_FAULTS ?? 5);

test('faults at random leave every entity and every decision as the oracle has them', async (t) => {
  const child = spawn(process.execPath, [MAIN, '--faults', String(FAULTS)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
  // the seed and what was done stand there: a failure can be run again
  assert.equal(code, 0, `${err}\n${out}`);
  const figures = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Record<string, number>;
  assert.equal(figures.faults, FAULTS);
  for (const name of ['events', 'entities', 'decisions'])
    assert.ok((figures[name] as number) > 5, `${name}: ${figures[name]}`);
  for (const name of ['wrong_entities', 'lost_decisions', 'duplicate_decisions', 'silent', 'violations'])
    assert.equal(figures[name], 0, name);
});
