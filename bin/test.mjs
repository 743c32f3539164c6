/** `npm test`: types, lint, unit tests in one process, flow tests in processes of their own; arguments filter the tests. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pinnedNode, root } from './pinned.mjs';
import { together } from './test-coverage.mjs';

const node = pinnedNode();
const given = process.argv.slice(2);
if (given.includes('--help')) {
  process.stdout.write(
    'npm test                     types, lint and all tests\n' +
      'npm test -- leads flow/      only test files whose path holds one of the words\n' +
      'WEIR_COVERAGE=90 npm test    and at least so many percent of the lines of src must run\n' +
      'npm test -- --test-only …    further arguments for node --test\n',
  );
  process.exit(0);
}
const words = given.filter((word) => !word.startsWith('-'));
const options = given.filter((word) => word.startsWith('-'));
const scratch = mkdtempSync(join(tmpdir(), 'weir-test-'));
const results = [];
const leastCoverage = Number(process.env.WEIR_COVERAGE ?? 0);
const reports = [];
const totals = { passed: 0, failed: 0, skipped: 0 };
// what drawn cases are drawn from: one number, so that a failure can be met again
process.env.WEIR_TEST_SEED ??= String(Date.now() % 1_000_000);

const fileOf = (name) => pathToFileURL(join(root, 'bin', `${name}.mjs`)).href;

function run(name, args) {
  const started = performance.now();
  process.stdout.write(`\n── ${name} ──\n`);
  const result = spawnSync(node, args, { cwd: root, stdio: 'inherit' });
  const ok = result.status === 0;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  results.push({ ok, line: `${ok ? 'ok    ' : 'FAILED'}  ${name}  ${seconds} s` });
  return ok;
}

function tests(name, files, runnerOptions) {
  const wanted = files.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
  if (wanted.length === 0) return;
  const counts = join(scratch, `${results.length}.json`);
  const reporters = [
    `--test-reporter=${fileOf('test-spec')}`,
    '--test-reporter-destination=stdout',
    `--test-reporter=${fileOf('test-counts')}`,
    `--test-reporter-destination=${counts}`,
  ];
  const covered = join(scratch, `${results.length}-covered.json`);
  if (leastCoverage > 0)
    reporters.push(
      '--experimental-test-coverage',
      '--test-coverage-include=src/**',
      `--test-reporter=${fileOf('test-coverage')}`,
      `--test-reporter-destination=${covered}`,
    );
  const guard = `--import=${fileOf('no-network')}`;
  const ok = run(name, [guard, '--test', ...runnerOptions, ...reporters, ...options, ...wanted]);
  if (existsSync(covered)) reports.push(JSON.parse(readFileSync(covered, 'utf8')));
  const counted = existsSync(counts) ? readFileSync(counts, 'utf8').trim() : '';
  if (counted) {
    const { passed, tests: all, skipped, todo } = JSON.parse(counted);
    totals.passed += passed;
    totals.skipped += skipped + todo;
    totals.failed += all - passed - skipped - todo;
  } else if (!ok) totals.failed += 1;
}

const all = readdirSync(join(root, 'test'), { recursive: true })
  .map((file) => `test/${file.split(sep).join('/')}`)
  .filter((file) => file.endsWith('.test.ts'))
  .sort();
const flow = all.filter((file) => file.startsWith('test/flow/'));

if (given.length === 0) {
  run('types: tsc', ['node_modules/typescript/bin/tsc']);
  run('format and lint: biome', ['node_modules/@biomejs/biome/bin/biome', 'check', '.']);
}
tests(
  'unit tests, one process',
  all.filter((file) => !flow.includes(file)),
  ['--test-isolation=none'],
);
tests('flow tests, real servers and processes', flow, ['--test-concurrency=2', '--test-timeout=300000']);
rmSync(scratch, { recursive: true, force: true });
if (leastCoverage > 0) {
  const { lines, ran: some, files } = together(reports, join(root, 'src'));
  const percent = Math.floor((1000 * some) / lines) / 10;
  const worst = files.slice(0, 3).map(({ path, lines: all, ran: of }) => `${path} ${of} of ${all}`);
  const line = `${percent} % of ${lines} lines of src ran; most are missing of ${worst.join(', ')}`;
  results.push({
    ok: percent >= leastCoverage,
    line: `${percent >= leastCoverage ? 'ok    ' : 'FAILED'}  coverage: ${line}`,
  });
}

const ran = totals.passed + totals.failed > 0;
if (!ran) process.stdout.write('\nno test file matches\n');
process.stdout.write(`\n${results.map(({ line }) => line).join('\n')}\n`);
process.stdout.write(
  `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped; cases were drawn from WEIR_TEST_SEED=${process.env.WEIR_TEST_SEED}\n`,
);
process.exitCode = ran && results.every(({ ok }) => ok) ? 0 : 1;
