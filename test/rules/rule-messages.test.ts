/** Every mistake that a rule or its tests can have, what is said about it and where. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featuresText, inOneLine, loadText, problemsOf, ruleText } from './rule-files.ts';

/** The body of a rule for leads, which begins at line 6, and what is said. */
const MISTAKES: readonly (readonly [body: string, ...problems: string[]])[] = [
  ['', '1:1: one of `factors`, `pick`, `allocate`, `value` is missing'],
  ['valeu: 1', '6:1: unknown key `valeu` (did you mean `value`?)'],
  ['value:', '6:1: `value` has no value'],
  ['value: [1]', '6:8: `value` must be a text, is a list'],
  ['factors: { x: 1 }\npick: []', '7:1: two shapes in one rule: `factors` and `pick`'],
  ['factors: { x: 1 }\none_per: x', '7:1: `one_per` does not go with `factors`'],
  ['pick: [{ name: x, when: true }]\npublish: { change_over: 1 }', '7:1: `publish` does not go with `pick`'],
  ['pick: [{ name: x, when: true }]\nclamp: [0, 1]', '7:1: `clamp` does not go with `pick`'],
  ['value: 1\npublish: { change_over: -1 }', '7:25: `change_over` must be a number from 0 up, is `-1`'],
  ['value: 1\npublish: { change_ovr: 1 }', '7:12: unknown key `change_ovr` (did you mean `change_over`?)'],
  ['value: 1\npublish: 1', '7:10: `publish` must be a map, is `1`'],
  ['value: 1\nhold: forever', '7:7: `hold` must be a duration such as 30m, 6h or 7d, is `forever`'],
  ['value: 1\nevery: 0d', '7:8: `every` must be `hour`, `day` or a duration such as 30m, 6h or 7d, is `0d`'],
  ['value: 1\nmode: lve', '7:7: `mode` must be one of live, shadow, off (did you mean `live`?)'],
  ['value: 1\nversoin: 2', '7:1: unknown key `versoin` (did you mean `version`?)'],
  ['value: 1\nwhen: y', '7:7: unknown feature `y` of lead'],
  ['params: { a: 1 }\nvalue: params.b', '7:8: `params.b` is not declared'],
  ['value: params.b', '6:8: `params.b` is not declared'],

  ['factors: { x: { vale: 1 } }', '6:17: unknown key `vale` (did you mean `value`?)'],
  ['factors: { x: { value: 1, min: 2, max: 1 } }', '6:27: `min` must not be above `max`'],
  ['factors: { x: 1 }\nclamp: [100, 0]', '7:8: `clamp` must be two numbers such as [0, 100], is a list'],
  [
    'factors: { x: 1 }\nclasses:\n  - { class: a, from: 50 }\n  - { class: b, above: 50 }\n  - { class: c }\n  - { class: d }',
    '9:7: this class is never reached: the lines above take all its values',
    '11:7: this class is never reached: the lines above take all its values',
  ],
  [
    'factors: { x: 1 }\nclamp: [0, 100]\nclasses:\n  - { class: a, above: 100 }\n  - { class: b }',
    '9:7: this class is never reached: `clamp` ends at 100',
  ],
  [
    'factors: { x: 1 }\nclasses: [{ class: a, above: 1, from: 2 }]',
    '7:13: a class has `above` or `from`, not both',
  ],

  ['pick: [{ nam: x, when: true }]', '6:10: `name` is missing'],
  ['pick: [{ name: x, when: true }, { name: x, when: true }]', '6:41: two lines are called `x`'],
  [
    'one_per: type\npick: [{ name: x, when: true, type: a }, { name: y, when: true }]',
    '7:50: this line has no `type`, which `one_per` names',
  ],
  [
    'pick: [{ name: x, when: true, note: "to {{led_id}}" }]',
    '6:43: unknown feature `led_id` of lead (did you mean `lead_id`?)',
  ],
  ['pick: [{ name: x, when: true, note: "to {{lead_id" }]', '6:41: `{{` is never closed (add `}}`)'],
  [
    'pick: [{ name: x, when: true, notes: ["{{lead_id}}"] }]',
    '6:39: {{ }} is filled in only in texts of the line itself',
  ],

  [
    'allocate: { total: 1, among: lead_id, current: b, weight: 1 }\nthen: { action: budget_adjustment }',
    '6:30: `lead_id` has no rows: `among` names a feature such as { rows: [channel, budget], of: channel }',
  ],
  [
    'allocate: { total: 1, among: rows, current: b, weight: 1 }\nthen: { action: budget_adjustment }',
    '6:30: unknown feature `rows` of lead',
  ],
  [
    'pick: [{ name: x, when: true, budget: 1 }]\nthen: { action: channel_reallocation }',
    '5:6: this action moves budgets, but lead has no feature such as { rows: [channel, budget], of: channel }',
    '6:16: this line has no `channel`, which `action: channel_reallocation` needs',
  ],
  ['value: 1\nimpact: { of: x, stated: 1, after: 2d, realised: 1 }', '7:1: `impact` needs `then`: an action'],
  [
    'value: 1\nthen: { action: bid_adjustment }\nimpact: { of: x, stated: y, after: 2d, realised: proposal.x, by: hand }',
    '8:26: unknown feature `y` of lead',
    '8:66: `by` must be one of model, counts',
  ],
  [
    'value: 1\nthen: { action: bid_adjustment }\nimpact: { of: x, stated: 1, after: 2d }',
    '8:11: `realised` is missing',
  ],
  [
    'value: 1\nthen: { action: bid_adjustment }\nimpact: { of: x, stated: y, after: 2d, realised: "z" }',
    '8:26: unknown feature `y` of lead',
    '8:51: unknown feature `z` of lead',
  ],
  [
    'allocate: { total: 1, among: lead_id, current: b, weight: 1 }\nthen: { action: budget_adjustmnt }',
    '7:17: `action` must be one of channel_reallocation, budget_adjustment (did you mean `budget_adjustment`?)',
  ],
];

for (const [body, ...expected] of MISTAKES)
  test(`rule with ${body.replaceAll('\n', ' ') || 'no shape'}`, () => {
    assert.deepEqual(problemsOf(ruleText('a', body)), expected);
  });

test('rows and proposals have names of their own', () => {
  const features = featuresText(
    'channel',
    'budget: { last: budget, on: campaign.created, each: channels }\nclicks: { count: campaign.click }',
  );
  const rows = featuresText('campaign', 'channels: { rows: [channel, budget], of: channel }');
  const rule = ruleText(
    'a',
    `allocate: { total: 1, among: channels, current: budgt, weight: clicks, limits: { min_share: 90%, max_share: 5%, max_change: x, total_change: 1 } }
approve: { by: boss, auto_when: movd < 3 }
then: { action: budget_adjustment }`,
    'campaign',
  );
  const problems = problemsOf(`${rule}---\n${features}---\n${rows}`);
  assert.deepEqual(problems, [
    '6:49: unknown field `budgt` of the rows of `channels` (did you mean `budget`?)',
    '6:64: unknown field `clicks` of the rows of `channels`',
    '6:82: `min_share` must not be above `max_share`',
    '6:125: `max_change` must be a share such as 5%, is `x`',
    '6:142: `total_change` must be a number from 0 to 0, is `1`',
    '7:33: unknown field `movd` of the proposal (did you mean `moved`?)',
  ]);
});

test('what every rule needs', () => {
  assert.deepEqual(problemsOf('rule: a\nvalue: 1\n'), [
    '1:1: `description` is missing',
    '1:1: `owner` is missing',
    '1:1: `version` is missing',
    '1:1: `for` is missing',
  ]);
  assert.deepEqual(problemsOf(ruleText('a', 'value: 1', 'source')), []);
  assert.deepEqual(problemsOf(ruleText('a', 'every: 9s\nvalue: 1', 'source')), [
    '6:8: source is shared: its rules run at most every 10s',
  ]);
  assert.deepEqual(problemsOf(ruleText('a', 'value: 1', 'led')), [
    '5:6: unknown kind of entity `led` (did you mean `lead`?)',
  ]);
});

test('rules that depend on each other, directly, over features or over their own decisions', () => {
  const cycle = (...documents: string[]) => problemsOf(documents.join('---\n'));
  assert.deepEqual(cycle(ruleText('b', 'value: a'), ruleText('a', 'value: b')), [
    '8:7: rules depend on each other: lead.a -> lead.b -> lead.a',
  ]);
  assert.deepEqual(cycle(ruleText('b', 'value: f'), featuresText('lead', 'f: { calc: b }')), [
    '1:7: rules depend on each other: lead.b -> lead.f -> lead.b',
  ]);
  const counted = featuresText('lead', 'f: { count: decision.b, window: 1d }');
  assert.deepEqual(cycle(ruleText('b', 'value: f'), counted), [
    '1:7: rules depend on each other: lead.b -> lead.f -> lead.b',
  ]);
  const elsewhere = featuresText('campaign', 'f: { count: decision.b }');
  assert.deepEqual(cycle(ruleText('b', 'value: 1'), elsewhere), [
    '10:17: decision.b cannot feed a feature of campaign: it is about a lead',
  ]);
});

test('a live rule may not depend on a shadow one, and nothing on one that is off', () => {
  const shadow = ruleText('b', 'mode: shadow\nvalue: 1');
  const off = ruleText('b', 'mode: off\nvalue: 1');
  const reader = ruleText('a', 'value: b');
  assert.deepEqual(problemsOf(`${shadow}---\n${reader}`), [
    '14:8: a live rule may not depend on a shadow one: `b` is in shadow',
  ]);
  const over = featuresText('lead', 'f: { calc: b }');
  assert.deepEqual(problemsOf(`${shadow}---\n${over}---\n${ruleText('a', 'value: f')}`), [
    '13:7: a live rule may not depend on a shadow one: lead.a -> lead.f -> lead.b',
  ]);
  assert.deepEqual(problemsOf(`${shadow}---\n${ruleText('a', 'mode: shadow\nvalue: b')}`), []);
  assert.deepEqual(problemsOf(`${off}---\n${reader}`), ['14:8: `b` is the result of a rule that is off']);
  assert.deepEqual(problemsOf(ruleText('b', 'mode: off\nvalue: x')), ['7:8: unknown feature `x` of lead']);
});

test('names are taken once', () => {
  const rule = ruleText('b', 'value: 1');
  assert.deepEqual(problemsOf(`${rule}---\n${ruleText('b', 'value: 1', 'campaign')}`), [
    '8:7: the rule `b` is declared twice',
  ]);
  assert.deepEqual(problemsOf(`${rule}---\n${featuresText('lead', 'b: { count: content.opened }')}`), [
    '1:7: `b` of lead is declared twice, also at a.yaml:10:5',
  ]);
});

test('a live rule without a test is a warning, others need none', () => {
  const warnings = (body: string) => {
    const answer = loadText(ruleText('a', body));
    return answer.ok ? answer.warnings.map(inOneLine) : ['not loaded'];
  };
  assert.deepEqual(warnings('value: 1'), ['1:7: warning: the live rule `a` has no test']);
  assert.deepEqual(warnings('value: 1\nmode: shadow'), []);
  assert.deepEqual(warnings('value: 1\ntests: [{ name: t, with: { lead: 1 }, expect: { a: 1 } }]'), []);
});

test('tests of rules name what exists', () => {
  const tests = `value: 1
tests:
  - { name: x, with: { lead: 1, y: 2 }, expect: { a: 1, b: 2 } }
  - name: y
    given:
      - { at: 1d, type: content.opend }
      - { at: 1, type: content.opened, lead_id: 1, content_id: 3 }
      - { at: 1d, type: content.opened, lead_id: 1 }
      - { at: 1d, type: content.opened, lead_id: 1, content_id: 3, contet_type: a }
      - { at: 1d, type: lead.created, lead_id: 1, status: [engaged] }
    expect: [{ at: 1d, a: 1 }, { lead: 1, a: 1 }]
  - { name: z, with: { lead: 1 }, given: [], expect: { published: 1, published_value: 2 }, exepct: 1 }
  - { name: w, start: monday, with: { a: 1 }, expect: { a: 1 } }`;
  assert.deepEqual(problemsOf(ruleText('a', tests)), [
    '8:33: unknown feature `y` of lead',
    '8:57: unknown feature `b` of lead',
    '11:25: unknown event type `content.opend` (did you mean `content.opened`?)',
    '12:15: `at` must be a duration such as 30m, 6h or 7d, is `1`',
    '13:25: content.opened: content_id is missing',
    '14:68: unknown field `contet_type` of content.opened (did you mean `content_type`?)',
    '15:51: lead.created: status must be one of new, nurturing, engaged, converted, lost, is a list',
    '16:14: which lead? Name it: `lead: 1`',
    '16:34: `at` is missing',
    '17:16: a test has `given` events or values `with`, not both',
    '17:92: unknown key `exepct` (did you mean `expect`?)',
    '18:23: `start` must be a time such as 2026-01-05T00:00:00Z, is `monday`',
    '18:37: which lead? Name it: `lead: 1`',
  ]);
});
