/** The operator edits a rule file: a bad edit is refused with its place, a good one shows what it would have decided. */

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { watchConfig } from '../../src/cli/watch-config.ts';
import { systemClock } from '../../src/processor/processor.ts';
import { BrowserHouse, noChromium } from './browser-house.ts';
import { until } from './until.ts';

describe('an edit of a rule in a browser', { timeout: 290_000 }, () => {
  if (noChromium()) return;
  let at: BrowserHouse;
  before(async () => {
    at = await BrowserHouse.open('shipped');
  });
  after(() => at?.close());

  it('shows what an edit of a rule would have decided, and refuses one that its tests do not allow', async () => {
    const stopping = new AbortController();
    const watching = watchConfig(
      at.config,
      systemClock,
      stopping.signal,
      async () => void (await at.house.reload()),
    );
    const file = join(at.config, 'rules', 'conversion.yaml');
    const before = await readFile(file, 'utf8');
    const edit = (from: string, to: string) => writeFile(file, before.replace(from, to));
    const page = await at.open();
    await edit('full_marks_at: 24', 'full_marks_at: 12');
    await until(
      'the edit is refused',
      async () => (await page.goto(`${at.house.url}/rules`).then(() => page.locator('#refused').count())) > 0,
    );
    assert.match(await page.locator('#refused').innerText(), /conversion: the golden case.*expected/s);
    await at.picture(page, 'rules-refused');
    await page.goto(`${at.house.url}/rules/conversion`);
    assert.match(
      await page.locator('#edit-here').innerText(),
      /not in force.*-\s+full_marks_at: 24.*\+\s+full_marks_at: 12/s,
    );
    await edit('? 15 : response_hours < 24 ? 10 : 0', '? 15 : response_hours < 24 ? 12 : 0');
    const panel = page.locator('#edit');
    await until('the edit is in force', async () => {
      await page.goto(`${at.house.url}/rules/conversion`);
      return (await panel.count()) > 0;
    });
    assert.match(await panel.innerText(), /-\s+response:.*\? 10.*\+\s+response:.*\? 12/s);
    await panel.getByRole('button', { name: 'Try it on the history' }).click();
    await page.waitForURL('**/rules/conversion');
    const decisions = panel.getByRole('table', { name: 'Decisions that differ' });
    await decisions.waitFor();
    assert.match(await decisions.innerText(), /Response \+10.*Response \+12/s);
    assert.match(await panel.getByRole('table', { name: 'Largest differences' }).innerText(), /Lead \d+/);
    await at.picture(page, 'rule-edit');
    await panel.getByRole('link').first().click();
    await page.waitForURL('**/rule-changes/**');
    assert.match(await page.locator('#backtest').innerText(), /Conversion/);
    await at.picture(page, 'rule-change');
    stopping.abort();
    await watching;
    await page.context().close();
  });

  it('complained of nothing', () => {
    assert.deepEqual(at.complaints, []);
  });
});
