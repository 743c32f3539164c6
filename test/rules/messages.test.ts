/** What `weir check` prints, word for word and caret for caret, and that nothing is printed only because of another. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadRuleSet, type RuleFile } from '../../src/rules/load-rule-set.ts';
import { formatProblem, formatProblems } from '../../src/rules/problem.ts';
import { SETTINGS } from './rule-files.ts';

const FEATURES: RuleFile = {
  path: 'config/features.yaml',
  text: `features:
  lead:
    base_score:         { last: base_score, on: lead.created, default: 0 }
    completions:        { count: content.completed }
    completions_7d:     { count: content.completed, window: 7d }
    completion_rate:    { calc: 3 * completions }
    referrals:          { count: referral.validated }
    response_hours:     { avg: hours, from: content.sent, to: content.opened, match: content_id }
  channel:
    spend_1d:           { sum: cost, on: campaign.click, window: 1d }
`,
};

const HEAD = (name: string, kind: string) => `rule: ${name}
description: d
owner: o@example.com
version: 1
mode: shadow
for: ${kind}
`;

/** Pads with empty lines so that `text` begins at the line. */
function atLine(head: string, line: number, text: string): string {
  return head + '\n'.repeat(line - head.split('\n').length) + text;
}

const BAD: readonly RuleFile[] = [
  {
    path: 'bad/rules/engagement_score.yaml',
    text: `${atLine(HEAD('engagement_score', 'lead'), 8, 'factors:')}
  base:         base_score
  completions:  2 * completion_7d
  more:         1





clamp: [0, 100]
publsh: { change_over: 1 }                # no micro-adjustments
`,
  },
  {
    path: 'bad/rules/conversion.yaml',
    text: `${HEAD('conversion', 'lead')}
params:
  full_marks_at: 24

factors:
  engagement:     { value: 40 * engagement_score / params.full_mark_at, max: 40 }
  completion:     { value: 0.3 * completion_rate, max: 30 }
  response:       '(response_hours < 2 ? 15 : 0'
`,
  },
  {
    path: 'bad/rules/recommendations.yaml',
    text: atLine(
      HEAD('recommendations', 'lead'),
      20,
      `pick:
  - { name: premium_ebook, when: 'completions >= 5',
      type: ebook, title: Ebook Premium, reason: 'Has completado {{completion}} contenidos' }
`,
    ),
  },
  {
    path: 'bad/rules/segments.yaml',
    text: atLine(
      HEAD('segments', 'lead'),
      14,
      `pick:
  - { name: referral_champions,   when: spend_1d >= 2,
      description: Leads that bring several referrals }
`,
    ),
  },
  {
    path: 'bad/rules/change.yaml',
    text: `rule: change
description: d
owner: o
version: 1
mode: shadow
for: lead
value: |
  { "updated": completions,
    "avg_score_change": $rund(engagement_score, 2),
    "increased": 1 }
`,
  },
  {
    path: 'bad/rules/cpa_spike.yaml',
    text: atLine(
      HEAD('cpa_spike', 'channel'),
      9,
      `pick:
  - name: cpa_spike
    when: spend_1d > 0 and $millis() > 0
    severity: critical
`,
    ),
  },
];

const EXPECTED = [
  `bad/rules/engagement_score.yaml:10:21: unknown feature \`completion_7d\` of lead
   |
10 |   completions:  2 * completion_7d
   |                     ^^^^^^^^^^^^^ did you mean \`completions_7d\`?`,
  `bad/rules/engagement_score.yaml:18:1: unknown key \`publsh\`
   |
18 | publsh: { change_over: 1 }                # no micro-adjustments
   | ^^^^^^ did you mean \`publish\`?`,
  `bad/rules/conversion.yaml:14:48: Expected ")" before end of expression (S0203)
   |
14 |   response:       '(response_hours < 2 ? 15 : 0'
   |                                                ^`,
  `bad/rules/conversion.yaml:12:52: \`params.full_mark_at\` is not declared
   |
12 |   engagement:     { value: 40 * engagement_score / params.full_mark_at, max: 40 }
   |                                                    ^^^^^^^^^^^^^^^^^^^`,
  `bad/rules/recommendations.yaml:22:68: unknown feature \`completion\` of lead
   |
22 |       type: ebook, title: Ebook Premium, reason: 'Has completado {{completion}} contenidos' }
   |                                                                    ^^^^^^^^^^ did you mean \`completions\`?`,
  `bad/rules/segments.yaml:15:41: unknown feature \`spend_1d\` of lead
   |
15 |   - { name: referral_champions,   when: spend_1d >= 2,
   |                                         ^^^^^^^^ this is a feature of channel`,
  `bad/rules/change.yaml:9:25: unknown function $rund
  |
9 |     "avg_score_change": $rund(engagement_score, 2),
  |                         ^^^^^ did you mean $round?`,
  `bad/rules/cpa_spike.yaml:11:28: $millis is not allowed: the time comes from the events; use a \`since\` feature
   |
11 |     when: spend_1d > 0 and $millis() > 0
   |                            ^^^^^^^`,
];

test('eight mistakes in six files are all told in one run, each at its place, and nothing else', () => {
  const files = [SETTINGS, FEATURES, ...BAD];
  const answer = loadRuleSet(files);
  assert.ok(!answer.ok);
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const blocks = answer.problems.map((problem) => formatProblem(problem, texts.get(problem.path)));
  assert.deepEqual([...blocks].sort(), [...EXPECTED].sort());
  assert.ok(formatProblems(answer.problems, files).endsWith('\n\n8 problems. Nothing was loaded.'));
});

test('problems come by file, line and column', () => {
  const answer = loadRuleSet([SETTINGS, FEATURES, ...BAD]);
  assert.ok(!answer.ok);
  const places = answer.problems.map(({ path, line, column }) => [path, line, column] as const);
  const sorted = [...places].sort((a, b) =>
    a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1] || a[2] - b[2],
  );
  assert.deepEqual(places, sorted);
});

test('a mistake is told the same whether or not other files have mistakes of their own', () => {
  const problemsIn = (files: readonly RuleFile[], path: string) => {
    const answer = loadRuleSet(files);
    return answer.ok ? [] : answer.problems.filter((problem) => problem.path === path);
  };
  // The score is read by others, so its file always stays in the set.
  const [score, ...others] = BAD as readonly [RuleFile, ...RuleFile[]];
  for (const file of others) {
    const alone = problemsIn([SETTINGS, FEATURES, score, file], file.path);
    assert.notEqual(alone.length, 0);
    assert.deepEqual(alone, problemsIn([SETTINGS, FEATURES, ...BAD], file.path));
  }
});

test('a single problem is counted in the singular', () => {
  const files = [SETTINGS, { path: 'a.yaml', text: 'rle: x\n' }];
  const answer = loadRuleSet(files);
  assert.ok(!answer.ok);
  assert.equal(
    formatProblems(answer.problems, files),
    'a.yaml:1:1: unknown key `rle`\n  |\n1 | rle: x\n  | ^^^ did you mean `rule`?\n\n1 problem. Nothing was loaded.',
  );
});
