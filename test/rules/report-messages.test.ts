/** Every mistake that a report, its tests or the short names of lists can have, what is said about it and where. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { featuresText, inOneLine, ruleText, SETTINGS } from './rule-files.ts';

const settings = { ...SETTINGS, text: `${SETTINGS.text}  all: { shared: true }\n` };
const loadText = (text: string) => loadRuleSet([settings, { path: 'a.yaml', text }]);

function problemsOf(text: string): string[] {
  const loaded = loadText(text);
  return loaded.ok ? [] : loaded.problems.map(inOneLine);
}

const ALL = featuresText('all', 'leads: { count: lead }\nlead_days: { calc: leads + 1 }');

const MISTAKES: readonly (readonly [report: string, ...problems: string[]])[] = [
  ['report: x', '1:1: `value` is missing'],
  [
    'report: X\nvalue: 1',
    '1:9: `X` is no name: names have small letters, digits and _, and start with a letter',
  ],
  ['report: x\nvalue: 1\nrnage: 1d', '3:1: unknown key `rnage` (did you mean `range`?)'],
  ['report: x\nvalue: 1\nrange: soon', '3:8: `range` must be a duration such as 30m, 6h or 7d, is `soon`'],
  ['report: x\nvalue: \'{ "n": laeds }\'', '2:16: unknown feature `laeds` of all (did you mean `leads`?)'],
  ['report: x\nvalue: status', '2:8: unknown feature `status` of all (this is a feature of lead)'],
  ['report: x\nvalue: params.limit', '2:8: `params.limit` is not declared'],
  [
    'report: x\nvalue: leads\ntests:\n  - { name: a, expect: [{ at: 1h, x: 1 }] }',
    '4:13: a test of a report has values `with`: { all: all, … }',
  ],
  [
    'report: x\nvalue: leads\ntests:\n  - { name: a, with: { all: all, leds: 1 }, expect: { y: 1 } }',
    '4:34: unknown feature `leds` of all (did you mean `leads`?)',
    '4:55: unknown report `y` in this test',
  ],
];

for (const [report, ...problems] of MISTAKES)
  test(`report: ${report.replaceAll('\n', ' ⏎ ')}`, () => {
    const found = problemsOf(
      `${report}\n---\n${ALL}\n---\n${featuresText('lead', 'status: { last: status, on: lead.created }')}`,
    );
    assert.deepEqual(found, problems);
  });

test('reports and rules have names of their own', () => {
  const report = 'report: a\npath: b\nvalue: leads\n';
  assert.deepEqual(problemsOf(`${report}---\n${ALL}\n---\n${ruleText('a', 'value: 1')}`), [
    '1:9: another rule or report is called `a` already',
  ]);
  assert.deepEqual(problemsOf(`${report}---\nreport: b\nvalue: leads\n---\n${ALL}`), [
    '5:9: another rule or report is called `b` already',
  ]);
});

test('a report without a test is warned of, and a change of it is another rule set', () => {
  const load = (value: string) => loadText(`report: x\nvalue: ${value}\n---\n${ALL}`);
  const [one, other] = [load('leads'), load('leads + 1')];
  assert.ok(one.ok && other.ok);
  assert.deepEqual(
    one.warnings.map(({ message }) => message),
    ['the report `x` has no test'],
  );
  assert.notEqual(one.plan.hash, other.plan.hash);
});
