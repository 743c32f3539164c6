/** What is told of a decision: the chosen, live and unmuted ones, with what opened and what is over. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toldDecision } from '../../src/processor/told-decision.ts';
import { loaded, ruleText, SETTINGS } from '../rules/rule-files.ts';

const { plan } = loaded([
  SETTINGS,
  { path: 'a.yaml', text: ruleText('score', 'mode: live\nvalue: 1') },
  {
    path: 'b.yaml',
    text: ruleText(
      'alarm',
      'mode: live\npick:\n  - { name: spike, when: "true", severity: high }\n  - { name: hint, when: "true" }',
    ),
  },
]);
const subscription = { name: 's', rules: ['score', 'alarm'], to: 'stream' } as const;
const base = {
  id: '0-1-4',
  rule: 'score',
  version: 1,
  mode: 'live',
  kind: 'lead',
  entity: '7',
  value: 1,
  old: null,
};
const told = (decision: object) => toldDecision(JSON.stringify(decision), subscription, plan);

test('the text as it was published, under the key of its entity', () => {
  const { id, rule } = base;
  assert.deepEqual(told(base), { id, rule, entity: 'lead:7', body: JSON.stringify(base) });
});

test('not: other rules, shadows, failures; muted ones are known as such', () => {
  for (const other of [{ rule: 'segments' }, { mode: 'shadow' }, { error: 'no' }, { past: true }])
    assert.equal(told({ ...base, ...other }), undefined, JSON.stringify(other));
  // whatever stands first, and whatever it contains
  assert.equal(told({ rule: 'segments', id: '"rule":"score"' }), undefined);
  assert.equal(told({ ...base, muted: true }), 'muted');
});

test('anomalies: the lines that came, the names that are gone, of lines with a severity', () => {
  const lines = [{ name: 'spike', severity: 'high', message: 'm' }, { name: 'hint' }];
  const alarm = { ...base, rule: 'alarm', value: lines, entered: ['spike', 'hint'], left: [] };
  const body = (decision: object) => JSON.parse((told(decision) as { body: string }).body);
  assert.deepEqual(body(alarm), { ...alarm, opened: [lines[0]], resolved: [] });
  const over = { ...alarm, value: [], entered: [], left: ['spike', 'hint', 'of_an_older_rule'] };
  assert.deepEqual(body(over), { ...over, opened: [], resolved: ['spike', 'of_an_older_rule'] });
  const same = { ...alarm, entered: ['hint'] };
  assert.deepEqual(body(same), { ...same, opened: [], resolved: [] });
});

test('a line that names an event: it is told when the line comes, with the key of the entity', () => {
  const line = { name: 'spent', event: 'campaign.budget.warning', current_spend: 8, limit: 10 };
  const score = { ...base, value: [line, { name: 'other' }], entered: ['spent', 'other'], left: [] };
  const body = (decision: object) => JSON.parse((told(decision) as { body: string }).body);
  const event = { type: 'campaign.budget.warning', lead_id: '7', current_spend: 8, limit: 10 };
  assert.deepEqual(body(score), { ...score, events: [event] });
  assert.deepEqual(body({ ...score, entered: ['other'] }), { ...score, entered: ['other'] });
});
