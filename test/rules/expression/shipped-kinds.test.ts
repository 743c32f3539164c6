/** The kinds of expressions that recruitment rules are made of compile, and give the values people expect. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileExpression } from '../../../src/rules/expression/compile-expression.ts';
import { compileTemplate } from '../../../src/rules/expression/compile-template.ts';
import type { Frame, Scope } from '../../../src/rules/expression/expression.ts';

const LEAD = {
  status: 'nurturing',
  interest_area: 'marketing',
  base_score: 6.5,
  age_days: 40,
  opens_7d: 3,
  completions: 6,
  completions_7d: 2,
  contents_30d: ['a', 'b'],
  consumed_30d: 7,
  content_id: 'a',
  content_types: ['blog', 'video'],
  referrals: 2,
  contents_sent: 8,
  response_hours: 1.5,
  days_inactive: 16,
  completion_rate: 75,
  activity_30d: 10,
  office_hours_30d: 8,
  office_hours_share: 85,
  weekday_share: 70,
  weekdays_30d: 7,
  engagement_score: 12,
  conversion: { value: 72.5, class: 'likely_to_convert' },
  emails_7d: 10,
  segments: ['at_risk'],
  recommendations: [{ name: 'x', type: 'guide', title: 't', reason: 'r' }],
  time: Date.UTC(2026, 0, 5, 12),
  change: 2,
};
const CHANNEL = {
  channel: 'jooble',
  budget: 100,
  cost: 1,
  spend_1d: 40,
  spend_7d: 100,
  spend_28d: 60,
  applications_1d: 2,
  applications_7d: 50,
  applications_28d: 30,
  cpa_1d: 30,
  cpa_7d: 2,
  cpa_28d: 2,
  daily_budget: 200,
  moved: 10,
  channels: [
    { channel: 'jooble', budget: 100, spend_7d: 100, applications_7d: 50, cpa_7d: 2 },
    { channel: 'indeed', budget: 100, spend_7d: 100, applications_7d: 10, cpa_7d: 10 },
  ],
};
const ALL = {
  sent_3d: 200,
  engagement_3d: 18.5,
  engagement_prev_3d: 28.3,
  sent_prev_3d: 100,
  opens_3d: 37,
  opens_prev_3d: 20,
  claims_7d: 10,
  fraud_rate_7d: 30,
  frauds_7d: 3,
  leads_3d: 5,
  leads_prev_3d: 10,
  silent_leads: 1,
  leads: 850,
  score_updates_1d: 1,
  active_leads: 2,
  score_change_avg_1d: 1.234,
  score_up_1d: 1,
  score_down_1d: 0,
  score_changes: [{ lead_id: 1, old: 2, new: 3, change: 1 }],
  actions: { a: 1 },
  high_probability: 1,
  offered_leads: 1,
  offers: {},
  offers_per_lead: 1.25,
  likeliest: [
    {
      lead_id: 1,
      status: 'new',
      conversion: { value: 70.04, class: 'x' },
      engagement_score: 3,
      completion_rate: 1.26,
      response_hours: 2,
      office_hours_share: 3.14,
    },
  ],
  offered: [{ lead_id: 1, recommendations: [{ type: 'a', title: 'b', reason: 'c' }] }, { lead_id: 2 }],
  anomalies: [
    { name: 'drop', severity: 'high', message: 'm' },
    { name: 'odd', severity: 'medium', affected_leads: 5 },
  ],
  segment_sizes: { x: { count: 2 }, y: { count: 5 } },
  segmented_leads: 6,
  sources: [
    { source: 'linkedin', leads: 150, engaged_leads: 45, avg_score: 7.5, referrals: 12 },
    { source: 'facebook', leads: 200, engaged_leads: 50, avg_score: 6.2, referrals: 8 },
    { source: 'organic', leads: 500, engaged_leads: 150 },
  ],
};
const FACTS: Record<string, unknown> = { ...LEAD, ...CHANNEL, ...ALL };
const scope: Scope = {
  describe: 'lead',
  names: () => Object.keys(FACTS),
  lookup(name) {
    if (name === 'params')
      return { constant: true, read: () => ({ full_marks_at: 24, social: ['facebook', 'linkedin'] }) };
    return Object.hasOwn(FACTS, name) ? { read: ({ input }) => input[name] } : undefined;
  },
};
const frame: Frame = { slots: [], input: FACTS, time: 0, zone: 'Europe/Madrid', currency: 'EUR' };

const EXPECTED: readonly (readonly [text: string, value: unknown])[] = [
  ['base_score', 6.5],
  ['2 * completions_7d', 4],
  ['0.5 * opens_7d', 1.5],
  ['response_hours < 2 ? 3 : response_hours < 24 ? 1 : 0', 3],
  ['5 * referrals', 10],
  ['consumed_30d / $min([30, $max([5, age_days])]) > 1 / 5 ? 2 : 0', 2],
  ['-0.5 * $max([0, days_inactive - 14])', -1],
  ['status = "engaged" ? 10 : status = "nurturing" ? 2 : 0', 2],
  ['40 * engagement_score / params.full_marks_at', 20],
  ['0.3 * completion_rate', 22.5],
  ['office_hours_share > 60 ? 10 : 0', 10],
  ['interest_area = "marketing" and $not("guide" in content_types)', true],
  ['engagement_score >= 10 and status = "nurturing"', true],
  ['status = "nurturing" and engagement_score < 3 and age_days >= 30', false],
  ['$hour(time) >= 9 and $hour(time) < 18', true],
  ['$weekday(time) <= 5', true],
  ['$exists(content_id)', true],
  ['$count(contents_30d)', 2],
  ['contents_sent > 0 ? $min([100, 100 * completions / contents_sent])', 75],
  ['activity_30d > 0 ? 100 * office_hours_30d / activity_30d', 80],
  ['spend_1d > 0 ? spend_1d / $max([1, applications_1d])', 20],
  ['spend_1d >= 20 and applications_28d >= 5 and cpa_1d > 4 * cpa_28d', true],
  ['$count(channels) > 1 and $count(channels[applications_7d > 0]) > 0', true],
  ['applications_7d / $max([1, spend_7d])', 0.5],
  ['moved < 20', true],
  ['sent_3d >= 50 and engagement_3d < 0.7 * engagement_prev_3d', true],
  ['emails_7d >= 10 and opens_7d = 0', false],
  ['$count(segments) > 0', true],
  ['conversion.value > 70', true],
  ['conversion.class', 'likely_to_convert'],
  ['recommendations.type', 'guide'],
  ['-conversion.value', -72.5],
  [
    '{ "avg_score_change": $round(score_change_avg_1d, 2), "score_changes": score_changes.{ "lead_id": lead_id, "old_score": old } }',
    { avg_score_change: 1.23, score_changes: { lead_id: 1, old_score: 2 } },
  ],
  [
    '{ "predictions": [likeliest.{ "p": $round(conversion.value, 1), "factors": { "rate": $round(completion_rate, 1) } }] }',
    { predictions: [{ p: 70, factors: { rate: 1.3 } }] },
  ],
  [
    '{ "r": [offered[$count(recommendations) > 0].{ "lead_id": lead_id, "content": [recommendations.{ "type": type }], "total": $count(recommendations) }] }',
    { r: [{ lead_id: 1, content: [{ type: 'a' }], total: 1 }] },
  ],
  [
    '[anomalies.$merge([{ "type": name }, $sift(function($v, $k) { $k != "name" })])]',
    [
      { type: 'drop', severity: 'high', message: 'm' },
      { type: 'odd', severity: 'medium', affected_leads: 5 },
    ],
  ],
  ['$count(anomalies[severity = "high"])', 1],
  [
    '( $by := segment_sizes; { "total": $count($keys($by)), "largest": $each($by, function($v, $k) {{ "name": $k, "count": $v.count }})^(>count)[0] } )',
    { total: 2, largest: { name: 'y', count: 5 } },
  ],
  [
    '( $rate := function($a, $b) { $b > 0 ? $round(100 * $a / $b, 1) : 0 }; $social := sources[source in $$.params.social]; $other := sources[$not(source in $$.params.social)]; $rows := [$social.{ "platform": source, "rate": $rate(engaged_leads, leads) }]; { "total": $sum($social.leads), "best": $rows^(>rate)[0].{ "platform": platform, "rate": rate }, "organic": $rate($sum($other.engaged_leads), $sum($other.leads)), "share": $rate($sum($social.leads), leads) } )',
    { total: 350, best: { platform: 'linkedin', rate: 30 }, organic: 30, share: 41.2 },
  ],
];

const TEMPLATES: readonly (readonly [text: string, value: unknown])[] = [
  [
    'Engagement rate fell: {{$fixed(engagement_3d,1)}}% against {{$fixed(engagement_prev_3d,1)}}% before',
    'Engagement rate fell: 18.5% against 28.3% before',
  ],
  [
    '{{channel}}: CPA {{$fixed(cpa_1d,2)}} € today, {{$fixed(cpa_28d,2)}} € in the four weeks before (x{{$fixed(cpa_1d/cpa_28d,1)}})',
    'jooble: CPA 30.00 € today, 2.00 € in the four weeks before (x15.0)',
  ],
  ['{{silent_leads}}', 1],
  [
    'You have read {{$count(content_types)}} kinds of content, but no guide yet',
    'You have read 2 kinds of content, but no guide yet',
  ],
  ['Pause the channel', 'Pause the channel'],
  ['{{$money(spend_1d)}} on {{$date(time)}}', '40.00 EUR on 2026-01-05'],
];

test('expressions of rules', () => {
  for (const [text, value] of EXPECTED) {
    const compiled = compileExpression(text, scope);
    assert.ok(compiled.ok, `${text}: ${JSON.stringify(compiled)}`);
    assert.deepEqual(compiled.expression.evaluate(frame), value, text);
  }
});

test('texts of rules', () => {
  for (const [text, value] of TEMPLATES) {
    const compiled = compileTemplate(text, scope);
    assert.ok(compiled.ok, `${text}: ${JSON.stringify(compiled)}`);
    assert.deepEqual(compiled.expression.evaluate(frame), value, text);
  }
});
