/** Every naughty string is text on every page that shows what producers and operators wrote, and never markup. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { named, parseHtml, textOf } from './html-document.ts';
import { openUiHouse } from './ui-house.ts';

const PAGES = [
  '/',
  '/leads',
  '/leads/x',
  '/campaigns/x',
  '/anomalies',
  '/actions/0-1-3',
  '/decisions',
  '/dead',
];
const OWN = join(import.meta.dirname, '../../corpora/strings/strings.json');
const public_ = join(process.env.WEIR_CORPORA ?? '', 'naughty-strings/strings.json');

async function assertText(strings: readonly string[]) {
  // half a surrogate pair comes from nowhere: ids refuse it, and the history stores none
  for (const evil of strings.filter((text) => text.isWellFormed())) {
    const { app } = openUiHouse({ evil });
    for (const path of PAGES) {
      const answer = await app.request(path, { headers: { authorization: 'Bearer t-admin' } });
      assert.equal(answer.status, 200, `${path} ${JSON.stringify(evil)}`);
      const document = parseHtml(await answer.text());
      assert.equal(named(document, 'script').length, 2, `${path} ${JSON.stringify(evil)}`);
      for (const name of ['img', 'iframe', 'svg:script', 'object', 'embed', 'base'])
        assert.equal(named(document, name).length, 0, `${path} ${JSON.stringify(evil)}`);
      assert.ok(textOf(document).includes(evil), `${path} ${JSON.stringify(evil)}`);
    }
  }
}

test('our own strings', () => assertText(JSON.parse(readFileSync(OWN, 'utf8'))));

test(
  'a public collection',
  {
    skip:
      process.env.WEIR_CORPORA && existsSync(public_)
        ? false
        : 'set WEIR_CORPORA to a folder that holds naughty-strings/strings.json',
  },
  () => assertText(JSON.parse(readFileSync(public_, 'utf8'))),
);
