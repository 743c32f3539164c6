/** Rows with invented curves given to an allocation by what money buys. */

import assert from 'node:assert/strict';
import type { ResponseCurve } from '../../src/models/market/response-curve.ts';
import type { Plan } from '../../src/rules/plan.ts';
import type { RuleNode } from '../../src/rules/plan-node.ts';
import type { AllocateShape } from '../../src/rules/rule-plan.ts';
import { Entity } from '../../src/step/entity.ts';
import { entityFrame } from '../../src/step/node-value.ts';
import { allocate } from '../../src/step/shapes/allocate.ts';
import { planOf } from './engine-run.ts';

export const MIDNIGHT = Date.UTC(2026, 0, 5);
export const HOUR = 3_600_000;

export function planWith(allocation: string): Plan {
  return planOf([
    {
      path: 'config/weir.yaml',
      text: 'timezone: UTC\nentities: { campaign: { key: campaign_id }, channel: { key: [campaign_id, channel] } }\n',
    },
    {
      path: 'config/rules.yaml',
      text: `
features:
  channel:
    budget: { last: budget, on: campaign.created, each: channels, default: 0 }
    min_share: { last: min_share, on: campaign.created, each: channels }
    max_share: { last: max_share, on: campaign.created, each: channels }
    spend_today: { sum: cost, on: campaign.click }
    paused: { calc: 'spend_today > 100000' }
    hired: { calc: '0.1' }
    response: { forecast: cpa, horizon: 1h, on: campaign.click, spent: cost, outcome: campaign.application }
  campaign:
    daily_budget: { last: daily_budget, on: campaign.created }
    goal: { last: objective, on: campaign.created }
    target: { last: target_cpa, on: campaign.created }
    reserve: { calc: 'daily_budget - $sum(channels.budget)' }
    channels: { rows: [channel, budget, spend_today, paused, hired, min_share, max_share, response], of: channel, by: campaign_id }
---
rule: share
description: d
owner: o
version: 1
for: campaign
allocate:
  total: daily_budget
  among: channels
  current: budget
${allocation}
then: { action: channel_reallocation }
`,
    },
  ]);
}

export const MARGINAL = `  using: marginal
  response: response
  spent: spend_today
  paused: paused
  explore: 0
`;

const ones = (count: number) => Array.from({ length: count }, () => 1);
export const curveOf = (
  clickCost: number,
  scale: number,
  rate: number,
  more: Partial<ResponseCurve> = {},
): ResponseCurve => ({
  click_cost: clickCost,
  scale,
  scale_weekday: ones(7),
  scale_block: ones(8),
  rate,
  rate_weekday: ones(7),
  rate_block: ones(8),
  shape: 50,
  price_variance: [0.01, 0, 0.01],
  dispersion: 0,
  delay: [0, 1, 0, 0],
  ...more,
});
export const told = (curve: ResponseCurve, more: object = {}) => ({
  value: 1,
  hours: 100,
  served: true,
  curve,
  ...more,
});

export interface GivenRow {
  channel: string;
  budget: number;
  [field: string]: unknown;
}

export function propose(
  plan: Plan,
  rows: readonly GivenRow[],
  given: Record<string, unknown> = {},
  time = MIDNIGHT,
) {
  const kind = plan.kindOf.get('campaign');
  assert.ok(kind);
  const entity = new Entity(plan, kind, 'c1');
  const total = Math.round(rows.reduce((sum, { budget }) => sum + budget * 100, 0)) / 100;
  const values: Record<string, unknown> = { daily_budget: total, channels: rows, reserve: 0, ...given };
  for (const [name, value] of Object.entries(values)) entity.slots[kind.slotOf.get(name) as number] = value;
  const node = kind.nodes.find((each): each is RuleNode => each.type === 'rule');
  assert.ok(node);
  const proposal = allocate(node.rule.shape as AllocateShape, entity, entityFrame(entity, time));
  return (
    proposal && {
      ...proposal,
      reasonOf: (name: string) => proposal.reasons.find((reason) => reason.name === name),
    }
  );
}

export const cents = (amount: number) => Math.round(amount * 100);
export const sumOf = (amounts: Readonly<Record<string, number>>) =>
  Object.values(amounts).reduce((sum, amount) => sum + cents(amount), 0);
