/** The expressions of the shipped rules for leads, with values of a lead that read them all, and some of them by hand. */

import { readConfig } from '../../src/cli/read-config.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import type { RuleDefinition } from '../../src/rules/rule-definition.ts';

export const LEAD = {
  base_score: 6.5,
  completions_7d: 3,
  opens_7d: 7,
  response_hours: 1.5,
  referrals_90d: 1,
  consumed_30d: 4,
  age_days: 12,
  days_inactive: 2,
  days_silent: 2,
  status: 'nurturing',
  source: 'linkedin',
  interest_area: 'marketing',
  completion_rate: 75,
  office_hours_share: 85,
  weekday_share: 70,
  engagement_score: 12,
  content_types: ['blog', 'guide', 'video'],
  consumed: 6,
  contents_30d: ['a', 'b', 'c', 'd'],
  contents_sent: 4,
  completions: 3,
  activity_90d: 20,
  office_hours_90d: 17,
  weekdays_90d: 14,
  referrals: 2,
  params: { full_marks_at: 24 },
};

type Lead = typeof LEAD;

/** Those that read only what the lead above has. */
export function shippedExpressions(): string[] {
  const loaded = loadRuleSet(readConfig('config'));
  if (!loaded.ok) throw new Error('the shipped rules do not load');
  const { rules, features } = loaded.set;
  const calculated = features.flatMap((feature) =>
    feature.type === 'calc' && feature.kind === 'lead' ? [feature.expression.text] : [],
  );
  const texts = rules.filter((rule) => rule.kind.text === 'lead').flatMap(textsOf);
  return [...new Set([...texts, ...calculated])].filter((text) => !/^\w+$/.test(text));
}

function textsOf({ shape }: RuleDefinition): string[] {
  if (shape.type === 'factors') return shape.factors.map(({ expression }) => expression.text);
  return shape.type === 'pick' ? shape.lines.map(({ when }) => when.text) : [];
}

/** The factors of the engagement score and of the conversion. */
export const SHIPPED_BY_HAND: Readonly<Record<string, (lead: Lead) => unknown>> = {
  '2 * completions_7d': (d) => 2 * d.completions_7d,
  '0.5 * opens_7d': (d) => 0.5 * d.opens_7d,
  'response_hours < 2 ? 3 : response_hours < 24 ? 1 : 0': (d) =>
    d.response_hours < 2 ? 3 : d.response_hours < 24 ? 1 : 0,
  '5 * referrals_90d': (d) => 5 * d.referrals_90d,
  'consumed_30d / $min([30, $max([5, age_days])]) > 1 / 5 ? 2 : 0': (d) =>
    d.consumed_30d / Math.min(30, Math.max(5, d.age_days)) > 1 / 5 ? 2 : 0,
  '-0.5 * $max([0, days_inactive - 14])': (d) => -0.5 * Math.max(0, d.days_inactive - 14),
  'status = "engaged" ? 10 : status = "nurturing" ? 2 : 0': (d) =>
    d.status === 'engaged' ? 10 : d.status === 'nurturing' ? 2 : 0,
  '40 * engagement_score / params.full_marks_at': (d) => (40 * d.engagement_score) / d.params.full_marks_at,
  '0.3 * completion_rate': (d) => 0.3 * d.completion_rate,
  'response_hours < 2 ? 15 : response_hours < 24 ? 10 : 0': (d) =>
    d.response_hours < 2 ? 15 : d.response_hours < 24 ? 10 : 0,
  'office_hours_share > 60 ? 10 : 0': (d) => (d.office_hours_share > 60 ? 10 : 0),
  'weekday_share > 70 ? 5 : 0': (d) => (d.weekday_share > 70 ? 5 : 0),
  'days_inactive < 3 ? 10 : days_inactive < 7 ? 5 : 0': (d) =>
    d.days_inactive < 3 ? 10 : d.days_inactive < 7 ? 5 : 0,
};
