/** What README.md tells a newcomer to type works: its commands run against a running weir, their output compared. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { blocksOf } from '../document-blocks.ts';
import { PageRun, stepsOf, testPage } from './page-run.ts';

testPage('README.md');

describe('README.md, its demo', () => {
  const page = new PageRun();
  before(() => page.open());
  after(() => page.close());

  test('the demo ends by itself with its one line', async () => {
    const { code, out, err } = await page.run('PORT=0 WEIR_DATA=demo-data bin/weir demo --for 10s');
    assert.equal(code, 0, err);
    const last = JSON.parse(out.trim().split('\n').at(-1) as string) as Record<string, unknown>;
    assert.deepEqual(Object.keys(last), ['events', 'decisions', 'lag', 'events_per_second']);
    assert.match(out, /decision engagement_score lead:\d+ .* → .* \(.*\)/);
  });

  test('has commands that are run, and their output', () => {
    assert.ok(stepsOf('README.md').length >= 4);
    assert.ok(blocksOf('README.md').filter(({ info }) => info.startsWith('check')).length >= 5);
  });
});
