/** The hash of a rule set changes with what it means, and with nothing else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../src/cli/read-config.ts';
import type { RuleFile } from '../../src/rules/load-rule-set.ts';
import { featuresText, loaded, ruleText, SETTINGS } from './rule-files.ts';

const SHIPPED = readConfig('config');

function hashOf(...texts: string[]): string {
  return loaded([SETTINGS, ...texts.map((text, i) => ({ path: `${i}.yaml`, text }))]).set.hash;
}

function layoutOf(text: string): readonly string[] {
  return loaded([SETTINGS, { path: 'a.yaml', text }]).plan.kindOf.get('lead')?.layout.keys as string[];
}

test('it is 16 hex digits, equal in set and plan', () => {
  const { set, plan } = loaded(SHIPPED);
  assert.match(set.hash, /^[0-9a-f]{16}$/);
  assert.equal(plan.hash, set.hash);
});

test('order of files, comments and tests do not matter', () => {
  const withoutTests = ({ path, text }: RuleFile) => ({ path, text: text.replace(/^tests:[\s\S]*/m, '') });
  const withComments = ({ path, text }: RuleFile) => ({ path, text: `# a comment\n${text}\n# the end\n` });
  const expected = loaded(SHIPPED).set.hash;
  assert.equal(loaded([...SHIPPED].reverse()).set.hash, expected);
  assert.equal(loaded(SHIPPED.map(withComments)).set.hash, expected);
  assert.equal(loaded(SHIPPED.map(withoutTests)).set.hash, expected);
});

test('order of files does not change the plan', () => {
  const names = (files: readonly RuleFile[]) =>
    loaded(files).plan.kinds.map((kind) => [kind.name, kind.slots, kind.layout]);
  assert.deepEqual(names([...SHIPPED].reverse()), names(SHIPPED));
});

test('formatting does not matter, within expressions neither', () => {
  const plain = hashOf(
    featuresText('lead', 'x: { count: content.opened, window: 7d }'),
    ruleText('a', 'value: 2*x'),
  );
  const other = `features:\n  lead:\n    x:\n      window: '168h'   # a week\n      count:\n        - content.opened\n`;
  assert.equal(hashOf(other, ruleText('a', 'value: |\n  2 * /* twice */ x')), plain);
});

test('every change of meaning matters', () => {
  const features = featuresText('lead', 'x: { count: content.opened, window: 7d }');
  const rule = (change: (text: string) => string = (text) => text) =>
    hashOf(features, change(ruleText('a', 'factors: { y: x, z: 1 }\nclamp: [0, 1]\nparams: { p: 1 }')));
  const changes: ((text: string) => string)[] = [
    (text) => text.replace('version: 1', 'version: 2'),
    (text) => text.replace('owner: o', 'owner: p'),
    (text) => text.replace('y: x', 'y: x + 1'),
    (text) => text.replace('y: x, z: 1', 'z: 1, y: x'),
    (text) => text.replace('[0, 1]', '[0, 2]'),
    (text) => text.replace('p: 1', 'p: 2'),
    (text) => `${text}when: x > 1\n`,
    (text) => `${text}hold: 1h\n`,
    (text) => `${text}mode: shadow\n`,
  ];
  const hashes = new Set([rule(), ...changes.map(rule)]);
  assert.equal(hashes.size, changes.length + 1);
  const windows = ['7d', '8d'].map((window) =>
    hashOf(featuresText('lead', `x: { count: content.opened, window: ${window} }`)),
  );
  assert.notEqual(windows[0], windows[1]);
});

test('a node keeps its definition key until its own meaning changes', () => {
  const text = (window: string, body: string) =>
    `${featuresText('lead', `x: { count: content.opened, window: ${window} }\ny: { count: content.opened }`)}---\n${ruleText('a', body)}`;
  const before = layoutOf(text('7d', 'value: x'));
  assert.deepEqual(
    before.map((key) => key.replace(/@[0-9a-f]{8}$/, '')),
    ['x', 'y', 'a'],
  );
  const rewritten = layoutOf(text('7d', 'value: "x"  # the same').replace('version: 1', 'version: 2'));
  assert.deepEqual(rewritten, before);
  const window = layoutOf(text('8d', 'value: x'));
  assert.deepEqual(
    window.map((key, i) => key === before[i]),
    [false, true, true],
  );
  const rule = layoutOf(text('7d', 'value: x + 1'));
  assert.deepEqual(
    rule.map((key, i) => key === before[i]),
    [true, true, false],
  );
});
