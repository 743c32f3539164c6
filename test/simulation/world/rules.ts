/** The small rule set of a simulated world: something of each mechanism, and little of it; and versions to change to. */

import assert from 'node:assert/strict';
import { loadRuleSet, type RuleFile } from '../../../src/rules/load-rule-set.ts';
import type { Plan } from '../../../src/rules/plan.ts';
import { Oracle } from '../../oracle/oracle.ts';

/** Rules that differ between the versions, as `kind.name`: the oracle knows only the first one. */
export const CHANGED: ReadonlySet<string> = new Set(['lead.tier', 'lead.gone']);

export interface RuleVersion {
  readonly files: readonly RuleFile[];
  readonly plan: Plan;
}

export interface SmallRules {
  readonly versions: readonly RuleVersion[];
  readonly oracle: Oracle;
}

const settings = (partitions: number) => `timezone: Europe/Madrid
currency: EUR
partitions: ${partitions}
entities:
  lead:     { key: lead_id }
  campaign: { key: campaign_id }
  channel:  { key: [campaign_id, channel] }
  source:   { key: source, shared: true }
subscriptions:
  crm: { rules: [tier], to: stream }
`;

const FEATURES = `features:
  lead:
    status:     { last: status, on: [lead.created, lead.status_changed], default: new }
    source:     { last: source, on: [lead.created, lead.updated] }
    base_score: { last: base_score, on: [lead.created, lead.updated], default: 0 }
    opens:      { count: content.opened }
    opens_1h:   { count: content.opened, window: 1h }
    told:       { count: decision.score }
    company:    { last: leads, of: source, default: 0 }
  source:
    leads:      { count: lead, by: source }
    engaged:    { count: lead, by: source, where: status = "engaged" }
    created:    { count: lead.created, window: 3d }
    total:      { sum: base_score, of: lead, by: source }
  channel:
    budget:     { last: budget, on: [campaign.created, campaign.updated, action.applied], each: [channels, budgets], default: 0 }
    clicks:     { count: campaign.click }
    applications: { count: campaign.application }
    spend:      { sum: cost, on: campaign.click, window: 1d }
    applied:    { count: campaign.application, window: 1d }
  campaign:
    daily:      { last: daily_budget, on: [campaign.created, campaign.updated] }
    channels:   { rows: [channel, budget, spend, applied], of: channel }
`;

const SCORE = `rule: score
description: How engaged a lead is
owner: growth@example.com
version: 1
for: lead
factors:
  base:   base_score
  opens:  opens
  lately: 2 * opens_1h
  status: 'status = "engaged" ? 10 : 0'
publish: { change_over: 0.5 }
`;

const tier = (version: number, high: number) => `rule: tier
description: Where a lead belongs, once it stays there
owner: growth@example.com
version: ${version}
for: lead
hold: 30s
pick:
  - { name: high, when: score >= ${high}, description: High }
  - { name: quiet, when: opens_1h = 0, description: Nothing opened lately }
`;

const REBALANCE = `rule: rebalance
description: Divide the budget by what it brings
owner: media@example.com
version: 1
for: campaign
when: $count(channels[budget > 0]) > 1
every: 10m
allocate:
  total: daily
  among: channels
  current: budget
  weight: '(applied + 1) / $max([1, spend])'
  limits: { min_share: 5%, max_change: 30%, smallest_move: 1 }
approve:
  by: [budget_manager]
  not_by: requester
  expires: 20m
  auto_when: moved < 4
then:
  action: channel_reallocation
`;

const GONE = `rule: gone
description: A rule that only the first version has
owner: growth@example.com
version: 1
for: lead
factors: { status: 'status = "lost" ? 1 : 0' }
`;

function filesOf(partitions: number, rules: readonly string[]): RuleFile[] {
  return [
    { path: 'config/weir.yaml', text: settings(partitions) },
    { path: 'config/features/all.yaml', text: FEATURES },
    ...rules.map((text) => ({ path: `config/rules/${/rule: (\w+)/.exec(text)?.[1]}.yaml`, text })),
  ];
}

function versionOf(files: readonly RuleFile[]): RuleVersion {
  const loaded = loadRuleSet(files);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return { files, plan: loaded.plan };
}

const known = new Map<number, SmallRules>();

/** Made once for each number of partitions. */
export async function smallRules(partitions: number): Promise<SmallRules> {
  const made = known.get(partitions);
  if (made) return made;
  const versions = [
    versionOf(filesOf(partitions, [SCORE, tier(1, 8), REBALANCE, GONE])),
    versionOf(filesOf(partitions, [SCORE, tier(2, 5), REBALANCE])),
    versionOf(filesOf(partitions, [SCORE, tier(3, 12), REBALANCE, GONE])),
  ];
  const oracle = await Oracle.load((versions[0] as RuleVersion).files);
  const rules = { versions, oracle };
  known.set(partitions, rules);
  return rules;
}
