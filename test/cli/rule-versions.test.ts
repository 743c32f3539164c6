/** weir check --against and weir test --coverage: versions that must rise, and what tests do not show. */

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { runCheck } from '../../src/cli/check-verb.ts';
import { runTest } from '../../src/cli/test-verb.ts';
import { scratchFolder } from './scratch-folder.ts';

const SETTINGS = 'entities:\n  lead: { key: lead_id }\n';
const FEATURES = 'features:\n  lead:\n    opens: { count: content.opened, window: 7d }\n';
const RULE = `rule: score
description: A score
owner: growth@example.com
version: 3
for: lead
factors:
  opens: 2 * opens
  many:  'opens > 3 ? 5 : 0'
tests:
  - name: one
    with: { lead: 1, opens: 1 }
    expect: { score: 2 }
`;

function rules(t: TestContext, edit: (text: string) => string = (text) => text): string {
  const folder = join(scratchFolder(t), 'rules');
  mkdirSync(folder);
  const files = { 'weir.yaml': SETTINGS, 'features.yaml': FEATURES, 'score.yaml': RULE };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), edit(text));
  return folder;
}

async function run(verb: typeof runCheck, ...words: string[]) {
  const [out, errors]: [string[], string[]] = [[], []];
  const outputs = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void errors.push(text),
  };
  return { code: await verb(words, {}, outputs), out: out.join(''), errors: errors.join('') };
}

describe('weir check --against', () => {
  const against = async (t: TestContext, edit: (text: string) => string) =>
    run(runCheck, '--config', rules(t, edit), '--against', rules(t));

  test('another number needs another version', async (t) => {
    const { code, out } = await against(t, (text) => text.replace('2 * opens', '3 * opens'));
    assert.equal(code, 1);
    assert.match(
      out,
      /score\.yaml:1:7: `score` decides otherwise than at .*, and its version is still 3; make it 4/,
    );
    const risen = (text: string) =>
      text.replace('2 * opens', '3 * opens').replace('version: 3', 'version: 4');
    assert.equal((await against(t, risen)).code, 0);
    const fallen = await against(t, (text) => text.replace('version: 3', 'version: 2'));
    assert.match(fallen.out, /version 2 of `score` is below that of/);
  });

  test('comments, tests, owners, formatting and shadow need none', async (t) => {
    const edit = (text: string) =>
      text
        .replace('2 * opens', '2*opens   # twice')
        .replace('name: one', 'name: another')
        .replace('growth@', 'sales@')
        .replace('version: 3', 'version: 3\nmode: shadow');
    const { code, errors } = await against(t, edit);
    assert.deepEqual([code, errors], [0, '']);
  });

  test('a feature that changed under a rule is a warning', async (t) => {
    const { code, errors } = await against(t, (text) => text.replace('window: 7d', 'window: 14d'));
    assert.equal(code, 0);
    assert.match(errors, /warning: `score` reads `lead\.opens`, changed since .*, under the same version 3/);
  });
});

test('weir test --coverage names what no test shows', async (t) => {
  const folder = rules(t);
  const { code, out } = await run(runTest, '--config', folder, '--coverage');
  assert.equal(code, 0);
  assert.match(out, /^coverage: 0 of 2 factors and lines are shown in both ways$/m);
  assert.match(out, /^ {2}score: factor opens always counts$/m);
  assert.match(out, /^ {2}score: factor many never counts$/m);
  const json = (await run(runTest, '--config', folder, '--coverage', '--json')).out.trim().split('\n');
  assert.deepEqual(JSON.parse(json.at(-1) as string).coverage.parts, 2);
});
