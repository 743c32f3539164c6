/** What the static check says of rules that can never do what they say, with the place to the column. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadRuleSet } from '../../../../src/rules/load-rule-set.ts';
import { formatProblem } from '../../../../src/rules/problem.ts';
import { loadText, ruleText, SETTINGS } from '../../rule-files.ts';

const FEATURES = `features:
  lead:
    status: { last: status, on: [lead.created, lead.status_changed], default: new }
    opens: { count: content.opened }
    minutes: { sum: base_score, on: lead.created }
    hours: { since: content.opened, unit: hour, until: 2d }
    answer: { avg: hours, from: content.sent, to: content.opened, match: content_id }
    types: { distinct: content_type, on: content.opened }
    source: { last: source, on: lead.created }
    half: { calc: opens / 2 }
  campaign:
    channels: { rows: [channel, spend], of: channel }
    daily_budget: { last: daily_budget, on: campaign.created }
  channel:
    spend: { sum: cost, on: campaign.click }
---
rule: conversion
description: d
owner: o@example.com
version: 1
for: lead
factors: { a: opens }
clamp: [0, 100]
classes: [{ class: likely, above: 70 }, { class: unlikely }]
---
rule: segments
description: d
owner: o@example.com
version: 1
for: lead
pick:
  - { name: at_risk, when: opens = 0, advice: Call }
  - { name: loyal, when: opens > 9, advice: Thank }
---
`;
const LINES = FEATURES.split('\n').length - 1;

/** Line, carets and words of everything that is said of one more rule, without the lines before it. */
function said(body: string, kind: string): string[] {
  const text = FEATURES + ruleText('x', body, kind);
  const loaded = loadText(text);
  const problems = loaded.ok
    ? loaded.warnings.filter(({ message }) => !message.includes('has no test'))
    : loaded.problems;
  return problems.map((problem) => {
    const [head, , line, carets] = formatProblem({ ...problem, line: problem.line }, text).split(
      '\n',
    ) as string[];
    const { line: at, column } = problem;
    assert.equal(
      head,
      `a.yaml:${at}:${column}: ${problem.severity === 'warning' ? 'warning: ' : ''}${problem.message}`,
    );
    const marked = (line as string).slice((carets as string).indexOf('^')).slice(0, problem.length);
    return `${at - LINES}:${column} ${problem.severity === 'warning' ? 'warning: ' : ''}${problem.message}${problem.hint ? ` (${problem.hint})` : ''} <${marked}>`;
  });
}

/** A value, and what is said of it: the text between < and > is underlined. */
const EXPRESSIONS: readonly (readonly [expression: string, ...said: string[]])[] = [
  [
    'status = "engagd"',
    '6:18 `status = "engagd"` never holds: `status` is one of "new", "nurturing", "engaged", "converted", "lost" (did you mean "engaged"?) <"engagd">',
  ],
  ['opens < 0', '6:9 `opens < 0` never holds: `opens` is a number from 0 up <opens < 0>'],
  [
    'conversion.value > 100',
    '6:9 `conversion.value > 100` never holds: `conversion.value` is a number from 0 to 100 <conversion.value > 100>',
  ],
  ['opens = 1 and opens = 2', '6:23 `opens = 2` never holds here, where `opens = 1` does <opens = 2>'],
  ['opens > 5 and opens < 3', '6:23 `opens < 3` never holds here, where `opens > 5` does <opens < 3>'],
  [
    'hours < 24 ? 1 : hours < 2 ? 3 : 0',
    '6:26 `hours < 2` never holds here, where `hours < 24` does not <hours < 2>',
  ],
  ['hours > 48', '6:9 `hours > 48` never holds: `hours` is a number from 0 to 48 <hours > 48>'],
  [
    'conversion.class = "likly"',
    '6:28 `conversion.class = "likly"` never holds: `conversion.class` is one of "likely", "unlikely" (did you mean "likely"?) <"likly">',
  ],
  ['conversion.klass = "likely"', '6:20 `conversion` has no field `klass` (did you mean `class`?) <klass>'],
  [
    'conversion > 50',
    '6:9 `conversion > 50` never holds: `>` cannot compare an object with a number <conversion > 50>',
  ],
  ['opens = "3"', '6:9 `opens = "3"` never holds: a number never equals a text <opens = "3">'],
  ['source > 5', '6:9 `source > 5` never holds: `>` cannot compare a text with a number <source > 5>'],
  [
    'segments = "at_risk"',
    '6:9 `segments = "at_risk"` never holds: a list of objects never equals a text (write `"at_risk" in segments.name`) <segments = "at_risk">',
  ],
  [
    '"at_risk" in segments',
    '6:9 `"at_risk" in segments` never holds: a text is never in a list of objects (write `"at_risk" in segments.name`) <"at_risk" in segments>',
  ],
  [
    '"at_rsk" in segments.name',
    '6:9 `"at_rsk" in segments.name` never holds: `segments.name` is one of "at_risk", "loyal" or a list of texts (did you mean "at_risk"?) <"at_rsk" in segments.name>',
  ],
  [
    'types = "guide"',
    '6:9 `types = "guide"` never holds: a list of texts never equals a text (write `"guide" in types`) <types = "guide">',
  ],
  [
    'status in ["engaged", "loost"]',
    '6:31 warning: `status` is never `"loost"`: it is one of "new", "nurturing", "engaged", "converted", "lost" (did you mean "lost"?) <"loost">',
  ],
  [
    'status != "engagd"',
    '6:9 warning: `status != "engagd"` always holds: `status` is one of "new", "nurturing", "engaged", "converted", "lost" (did you mean "engaged"?) <status != "engagd">',
  ],
  ['opens >= 0', '6:9 warning: `opens >= 0` always holds: `opens` is a number from 0 up <opens >= 0>'],
  [
    'opens > 5 or opens > 7',
    '6:22 warning: `opens > 7` never holds here, where `opens > 5` does not <opens > 7>',
  ],
  ['half < 0', '6:9 `half < 0` never holds: `half` is a number from 0 up <half < 0>'],
  ['minutes < -1', '6:9 `minutes < -1` never holds: `minutes` is a number from 0 up <minutes < -1>'],
  ['answer < 0', '6:9 `answer < 0` never holds: `answer` is a number from 0 up <answer < 0>'],
  ['1 + source', '6:13 `source` is a text: `+` needs numbers (`&` joins texts) <source>'],
  ['types * 2', '6:9 `types` is a list of texts: `*` needs numbers <types>'],
  ['-conversion', '6:10 `conversion` is an object: `-` needs numbers <conversion>'],
  ['source.name', '6:16 `source` is a text and has no field `name` <name>'],
  ['$sum("a")', '6:14 $sum takes numbers here; `"a"` is a text <"a">'],
  ['$sum(types)', '6:14 warning: $sum takes numbers here; `types` is a list of texts <types>'],
  ['$round(source, 2)', '6:16 $round takes a number here; `source` is a text <source>'],
  ['$contains(opens, "1")', '6:19 $contains takes a text here; `opens` is a number <opens>'],
  ['$round(opens, 2, 3)', '6:9 $round takes at most 2 argument(s), here are 3 (T0410) <$round>'],
  ['$map(segments, function($s) { $s.nme })', '6:42 `$s` has no field `nme` (did you mean `name`?) <nme>'],
];

for (const [expression, ...expected] of EXPRESSIONS)
  test(`value: ${expression}`, () => {
    assert.deepEqual(said(`value: '${expression}'`, 'lead'), expected);
  });

/** The body of a rule for campaigns. */
const RULES: readonly (readonly [body: string, ...said: string[]])[] = [
  [
    'value: $count(channels[spend > daily_budget])',
    '6:32 the items have no field `daily_budget` ($$.daily_budget is the daily_budget outside of the brackets) <daily_budget>',
  ],
  ['value: $count(channels[spnd > 5])', '6:24 the items have no field `spnd` (did you mean `spend`?) <spnd>'],
  ['when: daily_budget\nvalue: 1', '6:7 `when` must be true or false, this is a number <daily_budget>'],
  ['factors: { a: campaign_id }', '6:15 the factor `a` must give a number, this is a text <campaign_id>'],
  [
    'params: { least: 5, limit: 7 }\nvalue: daily_budget > params.limit',
    '6:11 warning: `params.least` is never read <least>',
  ],
  [
    'pick: [{ name: a, when: daily_budget < 0 }]',
    '6:25 `daily_budget < 0` never holds: `daily_budget` is a number from 0 to 1000000000 <daily_budget < 0>',
  ],
  [
    'pick: [{ name: a, when: daily_budget > 5, message: "{{campaign_id * 2}}" }]',
    '6:55 `campaign_id` is a text: `*` needs numbers <campaign_id>',
  ],
  [
    'one_per: type\npick:\n  - { name: a, when: daily_budget > 5, type: x }\n  - { name: b, when: daily_budget > 9, type: x }\n  - { name: c, when: daily_budget > 9, type: y }',
    '9:13 this line is never picked: `a` above it has the same `type` and holds whenever it does <b>',
  ],
  [
    'allocate: { total: campaign_id, among: channels, current: channel, weight: spend }\nthen: { action: budget_adjustment }',
    '6:20 `total` must give a number, this is a text <campaign_id>',
    '6:59 `current` must give a number, this is a text <channel>',
  ],
];

for (const [body, ...expected] of RULES)
  test(`rule: ${body.replaceAll('\n', ' ')}`, () => {
    assert.deepEqual(said(body, 'campaign'), expected);
  });

/** What may look odd, but may hold on some data: nothing is said. */
const FINE = [
  '$not("guide" in types)',
  'hours < 2 ? 3 : hours < 24 ? 1 : 0',
  'status = "new" or status = "lost"',
  '$exists(source) and source = "linkedin"',
  '$exists(source) ? $uppercase(source) : "none"',
  '$count(segments[advice = "Call"]) > 0',
  '"at_risk" in segments.name',
  'segments[0].name = "loyal"',
  '$sum(segments.($length(name))) > 3',
  '$min([100, $max([0, opens - 5])])',
  '(opens > 5 ? "many" : opens) = "many"',
  'source & opens',
  '$join(types, ", ")',
  '$string(opens) = "3"',
  'conversion.value >= 50 and conversion.class != "likely"',
];

for (const expression of FINE)
  test(`nothing is said of ${expression}`, () => {
    assert.deepEqual(said(`value: '${expression}'`, 'lead'), []);
  });

test('a set that was accepted before is not refused by what only this check finds', () => {
  const files = [SETTINGS, { path: 'a.yaml', text: FEATURES + ruleText('x', 'value: opens < 0', 'lead') }];
  assert.equal(loadRuleSet(files).ok, false);
  assert.equal(loadRuleSet(files, { accepted: true }).ok, true);
});
