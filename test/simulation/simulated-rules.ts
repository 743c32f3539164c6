/** A rule set of its own for simulated processes: the shipped lead rules, and a campaign with the least that has children, timers and actions. */

import { readConfig } from '../../src/cli/read-config.ts';
import type { RuleFile } from '../../src/rules/load-rule-set.ts';
import type { Plan } from '../../src/rules/plan.ts';
import { SHIPPED } from '../oracle/rule-files.ts';
import { planOf } from '../step/engine-run.ts';

const LEAD = /(weir|features\/lead|rules\/(engagement_score|segments|conversion|recommendations))\.yaml$/;

const CAMPAIGN: readonly RuleFile[] = [
  {
    path: 'features/campaign.yaml',
    text: `
features:
  channel:
    budget:          { last: budget, on: [campaign.created, campaign.updated], each: channels, default: 0 }
    timezone:        { last: timezone, on: [campaign.created, campaign.updated], each: channels }
    screened:        { screen: campaign.click, duplicate: 10s, burst: 30, within: 1m }
    clicked_today:   { sum: cost, on: campaign.click, window: today }
    spend_7d:        { sum: cost, on: campaign.click, window: 7d }
    applications_7d: { count: campaign.application, window: 7d }
    click_cost_p95:  { p95: cost, on: campaign.click, window: 7d }
    cpa_7d:          { calc: 'spend_7d > 0 ? spend_7d / $max([1, applications_7d])' }
  campaign:
    timezone:        { last: timezone, on: [campaign.created, campaign.updated] }
    daily_budget:    { sum: budget, of: channel, by: campaign_id }
    channels:        { rows: [channel, budget, spend_7d, applications_7d, cpa_7d], of: channel, by: campaign_id }
`,
  },
  {
    path: 'rules/dear_channel.yaml',
    text: `
rule: dear_channel
description: A channel spends much of its day for few applications
owner: media@example.com
version: 1
mode: live
for: channel
hold: 1h
pick:
  - name: dear_channel
    when: clicked_today > 5 and cpa_7d > 3
    until: clicked_today <= 5
    message: '{{channel}} spent {{clicked_today}} today'
`,
  },
  {
    path: 'rules/budget_rebalance.yaml',
    text: `
rule: budget_rebalance
description: Move budget towards the channels with cheaper applications
owner: media@example.com
version: 1
mode: live
for: campaign
when: $count(channels) > 1 and $count(channels[applications_7d > 0]) > 0
every: 1d
allocate:
  total: daily_budget
  among: channels
  current: budget
  weight: 'applications_7d / $max([1, spend_7d])'
  limits: { min_share: 5%, max_share: 60%, max_change: 30%, total_change: 0, smallest_move: 1 }
approve: { by: [budget_manager], not_by: requester, expires: 24h, auto_when: moved < 20 }
then: { action: channel_reallocation }
`,
  },
];

export function simulatedPlan(): Plan {
  return planOf([...readConfig(SHIPPED).filter(({ path }) => LEAD.test(path)), ...CAMPAIGN]);
}
