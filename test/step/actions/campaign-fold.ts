/** A partition with a campaign in memory, for tests of actions: everything is loaded as a worker would, records are read again. */

import type { Decision } from '../../../src/core/decision.ts';
import type { Millis } from '../../../src/core/units.ts';
import type { Layout, Plan } from '../../../src/rules/plan.ts';
import type { Action, ActionsState } from '../../../src/step/actions/action.ts';
import { actionsNode } from '../../../src/step/actions/home.ts';
import { decode } from '../../../src/step/decode.ts';
import type { Entity } from '../../../src/step/entity.ts';
import { type Head, PartitionState } from '../../../src/step/partition-state.ts';
import { step } from '../../../src/step/step.ts';
import { actionKeys, reachedKeys, timerKeys, touchedKeys } from '../../../src/step/touched-keys.ts';
import { planOf } from '../engine-run.ts';

export const START = Date.UTC(2026, 0, 5);

const SETTINGS = `timezone: UTC
entities:
  campaign: { key: campaign_id }
  channel: { key: [campaign_id, channel] }
`;

const FEATURES = `
---
features:
  channel:
    budget: { last: budget, on: [campaign.created, campaign.updated, action.applied], each: [channels, budgets], default: 0 }
    paused: { last: paused, on: action.applied, each: budgets, default: false }
    clicks: { count: campaign.click }
  campaign:
    autonomy: { last: autonomy, on: [campaign.created, campaign.updated] }
    total: { last: daily_budget, on: [campaign.created, campaign.updated], default: 0 }
    spread: { sum: budget, of: channel, by: campaign_id }
    reserve: { calc: '$round(total - spread, 2)' }
    channels: { rows: [channel, budget, clicks], of: channel, by: campaign_id }
`;

/** @param approve lines of the allocation's `approve`, `more` further rules */
export function campaignPlan(approve: string, more = '', settings = ''): Plan {
  const rule = `
---
rule: rebalance
description: d
owner: media@example.com
version: 3
for: campaign
when: $count(channels) > 1
allocate:
  total: spread
  among: channels
  current: budget
  weight: clicks
approve: ${approve}
then: { action: channel_reallocation }
`;
  return planOf([{ path: 'weir.yaml', text: `${SETTINGS}${settings}${FEATURES}${rule}${more}` }]);
}

export class CampaignFold {
  state: PartitionState;
  plan: Plan;
  readonly #layouts = new Map<string, Layout>();
  readonly records = new Map<string, string>();
  readonly dead: { reason: string; problem: string }[] = [];
  readonly decisions: Decision[] = [];
  #entries = 0;
  /** Everything is forgotten after each entry, so that what is not named is not there. */
  readonly #forgets: boolean;

  constructor(plan: Plan, { forgets = true } = {}) {
    this.plan = plan;
    this.#forgets = forgets;
    for (const { layout } of plan.kinds) this.#layouts.set(layout.id, layout);
    this.state = new PartitionState(0, plan, { incarnation: 1, layouts: this.#layouts });
  }

  /** Another rule set comes into force. */
  activate(plan: Plan): void {
    for (const { layout } of plan.kinds) this.#layouts.set(layout.id, layout);
    this.state.plans.set(plan.hash, plan);
    this.state.takeUp(plan);
    this.plan = plan;
  }

  /** @returns what was decided */
  apply(at: Millis, type: string, data: object): Decision[] {
    this.#entries += 1;
    const time = new Date(START + at).toISOString();
    const isTick = type === 'tick';
    const event =
      type === 'history.imported'
        ? { type, ...data }
        : isTick
          ? { type, time: START + at }
          : { id: `e${this.#entries}`, type, time, data };
    const entry = { id: `${this.#entries}-0`, d: JSON.stringify(event) };
    const items = decode(entry, this.plan.events, { clock: 'log' });
    for (const item of items) {
      const keys = new Set<string>();
      touchedKeys(this.plan, item, keys);
      for (const [key, due] of this.#timers)
        if (due <= START + at) for (const of of timerKeys(this.plan, key)) keys.add(of);
      for (let before = -1; before < keys.size; ) {
        before = keys.size;
        this.#load(keys);
        actionKeys(this.state, item, keys);
        reachedKeys(this.state, item, keys);
      }
      step(this.state, entry, item);
    }
    const { out, dead, states, timers } = this.state.collect();
    for (const [key, record] of states) {
      if (record === null) this.records.delete(key);
      else this.records.set(key, record);
    }
    for (const [key, due] of timers) {
      if (due === null) this.#timers.delete(key);
      else this.#timers.set(key, due);
    }
    this.dead.push(...dead.map((text) => JSON.parse(text) as { reason: string; problem: string }));
    const decisions = out.map(([text]) => JSON.parse(text) as Decision);
    this.decisions.push(...decisions);
    if (this.#forgets) this.#forget();
    return decisions;
  }

  readonly #timers = new Map<string, Millis>();

  tick(at: Millis): Decision[] {
    return this.apply(at, 'tick', {});
  }

  #load(keys: Iterable<string>): void {
    for (const key of keys) this.state.admit(key, this.records.get(key));
  }

  #forget(): void {
    const head = JSON.parse(this.state.head()) as Head;
    this.state = new PartitionState(0, this.plan, {
      incarnation: 1,
      dedup: this.state.dedup,
      layouts: this.#layouts,
    });
    this.state.restoreHead(head);
  }

  entity(key: string): Entity {
    this.#load([key]);
    const entity = this.state.entities.get(key);
    if (!entity) throw new Error(`no ${key}`);
    return entity;
  }

  value(key: string, name: string): unknown {
    const { kind, slots } = this.entity(key);
    return slots[kind.slotOf.get(name) as number];
  }

  actions(key = 'campaign:c1'): readonly Action[] {
    const entity = this.entity(key);
    const node = actionsNode(entity.kind);
    return node ? (entity.states[node.state] as ActionsState).actions : [];
  }

  action(id: string): Action {
    const found = this.actions().find((action) => action.id === id);
    if (!found) throw new Error(`no action ${id}`);
    return found;
  }

  /** Its budgets in force, the reserve and the total, in currency units. */
  ledger(channels: readonly string[]): { budgets: number[]; reserve: number; total: number } {
    return {
      budgets: channels.map((channel) => this.value(`channel:c1/${channel}`, 'budget') as number),
      reserve: this.value('campaign:c1', 'reserve') as number,
      total: this.value('campaign:c1', 'total') as number,
    };
  }

  created(at: Millis, budgets: Readonly<Record<string, number>>, more: object = {}): Decision[] {
    const channels = Object.entries(budgets).map(([channel, budget]) => ({ channel, budget }));
    const daily_budget = channels.reduce((cents, { budget }) => cents + Math.round(budget * 100), 0) / 100;
    return this.apply(at, 'campaign.created', {
      campaign_id: 'c1',
      daily_budget,
      currency: 'EUR',
      channels,
      ...more,
    });
  }

  click(at: Millis, channel: string): Decision[] {
    return this.apply(at, 'campaign.click', { campaign_id: 'c1', channel, cost: 1 });
  }

  approve(at: Millis, id: string, by = 'ana', hash?: string): Decision[] {
    return this.apply(at, 'action.approved', {
      action_id: id,
      hash: hash ?? this.action(id).hash,
      by,
      comment: 'fine',
    });
  }

  report(at: Millis, id: string, budgets?: readonly { channel: string; budget: number }[]): Decision[] {
    const { hash } = this.action(id);
    return this.apply(at, 'action.applied', {
      action_id: id,
      idempotency_key: `${id}-${hash}`,
      ...(budgets && { budgets }),
    });
  }
}
