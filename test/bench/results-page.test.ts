/** The page of results: each bench with what it printed, its picture beside it, and what went wrong. */

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { Bench, Outcome } from '../../bench/bench.ts';
import { writeResults } from '../../bench/results-page.ts';

const ON = {
  cpu: 'a cpu',
  cores: 2,
  memory_bytes: 8 * 2 ** 30,
  node: '26',
  commit: 'abc',
  date: '2026-01-02',
};

it('shows every bench, the picture of those that have one, and those that failed', async () => {
  const outcome: Outcome = {
    table: 'leads  7',
    figures: { leads: 7 },
    exact: true,
    chart: { title: 'the leads', bars: [{ label: 'leads', value: 7 }] },
  };
  const bench: Bench = { about: 'how many leads', defaults: {}, run: async () => outcome };
  const folder = await mkdtemp(join(tmpdir(), 'weir-results-'));
  try {
    const { chart: _, ...plain } = outcome;
    writeResults(
      folder,
      [
        { name: 'drawn', bench, outcome },
        { name: 'plain', bench, outcome: { ...plain, exact: false } },
        { name: 'broken', bench, problem: 'no Redis' },
      ],
      ON,
    );
    assert.deepEqual((await readdir(folder)).sort(), ['README.md', 'drawn.svg', 'figures.json']);
    const page = await readFile(join(folder, 'README.md'), 'utf8');
    assert.match(page, /Commit abc, 2026-01-02, Node 26, 2 × a cpu, 8 GiB/);
    assert.match(
      page,
      /## drawn\n\nHow many leads\.\n\n!\[the leads\]\(drawn\.svg\)\n\n```text\nleads {2}7\n```\n\n## plain/,
    );
    assert.match(page, /## plain[^#]*A count is not exact/);
    assert.match(page, /## broken[^#]*It ended with an error: no Redis/);
    const { figures } = JSON.parse(await readFile(join(folder, 'figures.json'), 'utf8'));
    assert.deepEqual(figures, { drawn: { leads: 7 }, plain: { leads: 7 }, broken: null });
  } finally {
    await rm(folder, { recursive: true });
  }
});
