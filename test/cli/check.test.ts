/** `weir check`: the whole set, or what is wrong in some of its files, for people and as JSON. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCheck } from '../../src/cli/check-verb.ts';
import { root } from '../document-blocks.ts';
import { scratchFolder } from './scratch-folder.ts';

const RULE = `rule: NAME
description: d
owner: o@example.com
version: 1
for: lead
value: TEXT
`;
const rule = (name: string, text: string) => RULE.replace('NAME', name).replace('TEXT', text);

async function check(...words: string[]) {
  const said = { out: '', err: '' };
  const code = await runCheck(
    words,
    {},
    { out: (text) => (said.out += text), err: (text) => (said.err += text) },
  );
  return { code, ...said };
}

test('the shipped set is accepted, as one line of JSON too', async () => {
  const config = join(root, 'config');
  const { code, out } = await check('--config', config);
  assert.equal(code, 0);
  assert.match(out, /^ok {2}\d+ rules, \d+ reports, \d+ features, \d+ kinds of entity, \d+ tests/);
  const { ok, errors, rules, hash } = JSON.parse((await check('--config', config, '--json')).out);
  assert.deepEqual([ok, errors], [true, 0]);
  assert.ok(rules > 10 && out.includes(hash));
});

test('problems of the files that are named are told, the others counted', async (t) => {
  const folder = scratchFolder(t, {
    'weir.yaml': 'timezone: UTC\nentities:\n  lead: { key: lead_id }\n',
    'features.yaml': 'features:\n  lead: { opens: { count: content.opened } }\n',
    'good.yaml': rule('good', 'opens'),
    'bad.yaml': rule('bad', 'opnes'),
  });
  const [good, bad] = [join(folder, 'good.yaml'), join(folder, 'bad.yaml')];
  const all = await check('--config', folder);
  assert.equal(all.code, 1);
  assert.match(all.out, /bad\.yaml.*opnes/s);
  const one = await check(good, '--config', folder);
  assert.deepEqual([one.code, one.err], [0, '1 more in other files\n']);
  assert.equal((await check(bad, good, '--config', folder)).code, 1);
  const lines = (await check(bad, '--config', folder, '--json')).out.trim().split('\n');
  assert.equal(JSON.parse(lines[0] as string).severity, 'error');
  assert.deepEqual(JSON.parse(lines[1] as string), { ok: false, errors: 1, warnings: 0 });
  await assert.rejects(check(join(folder, 'missing.yaml'), '--config', folder), /is no rule file/);
});
