/** What is said of files that are no good YAML, and that nothing else is said because of them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { featuresText, inOneLine, problemsOf, ruleText, SETTINGS } from './rule-files.ts';

const BRACES = 'this is read as YAML braces, not as a text (put quotes around a text that starts with {{)';

test('a text that starts with {{ needs quotes', () => {
  const line = (message: string) =>
    problemsOf(ruleText('a', `pick:\n  - name: x\n    when: true\n    message: ${message}`));
  assert.deepEqual(line('{{lead_id}} is here'), [`9:14: ${BRACES}`]);
  assert.deepEqual(line('{{lead_id}}'), [`9:14: ${BRACES}`]);
  assert.deepEqual(line('"{{lead_id}}"'), []);
  const flow = problemsOf(ruleText('a', 'pick: [{ name: x, when: true, message: {{lead_id}} }]'));
  assert.deepEqual(flow, [`6:40: ${BRACES}`]);
});

test('other mistakes of YAML', () => {
  assert.deepEqual(problemsOf(ruleText('a', 'value: a: b')), [
    '6:8: YAML: Nested mappings are not allowed in compact mappings (put quotes around a text that contains ": ")',
  ]);
  assert.deepEqual(problemsOf('rule: b\n\tfor: lead\n'), ['2:1: YAML: Tabs are not allowed as indentation']);
  assert.deepEqual(problemsOf('hello\n'), ['1:1: a document must be a map']);
  assert.deepEqual(problemsOf(featuresText('lead', 'x: &a { count: content.opened }\ny: *a')), [
    '4:8: YAML anchors and aliases are not supported: write the value out',
  ]);
  assert.deepEqual(problemsOf(ruleText('a', 'value: 1\nparams: { __proto__: 1 }')), [
    '7:11: `__proto__` is not allowed as a key',
  ]);
  assert.deepEqual(problemsOf(`ruel: x\n${ruleText('a', 'value: 1').slice('rule: a\n'.length)}`), [
    '1:1: unknown key `ruel` (did you mean `rule`?)',
  ]);
});

test('empty documents and comments are no documents', () => {
  assert.deepEqual(problemsOf(''), []);
  assert.deepEqual(problemsOf('# nothing yet\n---\n---\n'), []);
});

test('names that a broken document may declare are not missing, others are', () => {
  const features = featuresText(
    'lead',
    'opens: { count: content.opened\nclicks: { count: [ content.completed }',
  );
  const problems = problemsOf(`${ruleText('a', 'value: opens + clicks + b')}---\n${features}`);
  assert.equal(problems.length, 2);
  assert.equal(problems[0], '6:25: unknown feature `b` of lead');
  assert.match(problems[1] as string, /^\d+:\d+: YAML: /);
  const both = problemsOf(`${ruleText('a', 'value: b')}---\n${ruleText('b', 'value: c: d')}`);
  assert.equal(both.length, 1);
});

test('names that a broken definition declares are not missing', () => {
  const features = featuresText('lead', 'x: { count: content.opend }\ny: { sum: 1 }\nz: 3');
  const problems = problemsOf(`${features}---\n${ruleText('a', 'value: x + y + z')}`);
  assert.deepEqual(
    problems.map((problem) => problem.split(':')[0]),
    ['3', '4', '5'],
  );
});

test('settings are checked, and stand in one place', () => {
  const bad = {
    path: 'w.yaml',
    text: 'timezone: Nowhere\ncurrency: eur\npartitions: 0\nentities: { lead: {}, Lead: 1, x: 2 }\n',
  };
  const answer = loadRuleSet([bad]);
  assert.deepEqual(answer.ok ? [] : answer.problems.map(inOneLine), [
    '1:11: `timezone` must be a time zone such as Europe/Madrid, is `Nowhere`',
    '2:11: `currency` must be an ISO 4217 code such as EUR, is `eur`',
    '3:13: `partitions` must be a whole number from 1 to 1024, is `0`',
    '4:19: `key` is missing',
    '4:23: `Lead` is no name: names have small letters, digits and _, and start with a letter',
    '4:35: a kind of entity is a map such as { key: x_id }',
  ]);
  assert.deepEqual(problemsOf('currency: EUR\nentities: {}\n'), [
    '1:1: the settings stand already in config/weir.yaml',
  ]);
  const none = loadRuleSet([{ path: 'a.yaml', text: ruleText('a', 'value: 1') }]);
  assert.match(none.ok ? '' : inOneLine(none.problems[0] as never), /weir\.yaml is missing/);
});

test("operators' own event types", () => {
  const event = (fields: string, route = 'lead_id', name = 'offer.made') =>
    problemsOf(
      `event: ${name}\nroute: ${route}\nfields: { lead_id: { type: id }, ${fields} }\n---\n${featuresText('lead', 'offers: { sum: amount, on: offer.made }')}`,
    );
  assert.deepEqual(event('amount: { type: money }'), []);
  assert.deepEqual(event('amount: { type: money, personal: true }'), [
    '7:20: `amount` is personal: personal fields are never used in features',
  ]);
  assert.deepEqual(event('amunt: { type: money }'), [
    '7:20: unknown field `amount` of offer.made (did you mean `amunt`?)',
  ]);
  assert.equal(event('amount: { type: mony }').length, 1);
  assert.match(event('amount: { type: mony }')[0] as string, /^3:50: .*did you mean money/);
  assert.match(event('amount: { type: money, requird: true }')[0] as string, /^3:57: unknown key `requird`/);
  assert.match(event('amount: { type: money }', 'led_id')[0] as string, /^2:8: .*did you mean "lead_id"/);
  assert.match(event('amount: { type: money }', 'lead_id', 'lead.created')[0] as string, /declared already$/);
});

test('CRLF files are shown at the same places', () => {
  const text = ruleText('a', 'value: |\n  lead_id &\n    leadid');
  const files = [SETTINGS, { path: 'a.yaml', text: text.replaceAll('\n', '\r\n') }];
  const answer = loadRuleSet(files);
  assert.deepEqual(answer.ok ? [] : answer.problems.map(inOneLine), problemsOf(text));
});
