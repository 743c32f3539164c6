/** A channel that is new to its campaign: its test budget comes from the others, through approval, and it stays like any other. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Decision } from '../../../src/core/decision.ts';
import { HOUR } from '../../../src/core/units.ts';
import { DRAWN_SEED } from '../../drawn-seed.ts';
import { Random } from '../../oracle/random.ts';
import { CampaignFold, campaignPlan } from './campaign-fold.ts';

const NEVER = '{ by: [admin], expires: 1h }';
const SEED = DRAWN_SEED;

const tries = (approve: string) => `
---
features:
  campaign:
    wish: { last: job_category, on: [campaign.updated] }
    currency: { last: currency, on: [campaign.created, campaign.updated] }
    location: { last: location, on: [campaign.created, campaign.updated] }
    tried: { count: action.applied, where: rule = "try_channel" }
  channel:
    currency: { last: currency, on: [campaign.created, campaign.updated, action.applied], each: [channels, budgets] }
    location: { last: location, on: [campaign.created, campaign.updated, action.applied], each: [channels, budgets] }
---
rule: try_channel
description: d
owner: media@example.com
version: 1
for: campaign
pick:
  - { name: opportunity, when: $exists(wish) and tried = 0, until: tried > 0, channel: '{{wish}}', budget: '{{$round(0.15 * spread, 2)}}' }
approve: ${approve}
then: { action: channel_reallocation }
`;

const planOf = (approve = '{ by: [budget_manager], not_by: requester, expires: 3d }') =>
  campaignPlan(NEVER, tries(approve));

function wished(fold: CampaignFold, at: number, channel = 'linkedin'): Decision | undefined {
  const told = fold.apply(at, 'campaign.updated', { campaign_id: 'c1', job_category: channel });
  return told.find(({ rule, act }) => rule === 'try_channel' && act);
}

const shownIn = (decision: Decision | undefined) => decision?.value as Record<string, unknown>;
const cents = (amount: number) => Math.round(amount * 100);

describe('a reallocation to a new channel', () => {
  it('is proposed, approved and applied; the channel has its budget and the facts of its campaign', () => {
    const fold = new CampaignFold(planOf());
    fold.created(0, { jooble: 150, indeed: 50.01 }, { location: 'Madrid' });
    const proposed = wished(fold, HOUR);
    assert.deepEqual(shownIn(proposed), {
      ...{ action: 'channel_reallocation', status: 'pending', name: 'opportunity', channel: 'linkedin' },
      ...{ budget: 30, moved: 30, total: 200.01 },
      to: { jooble: 127.5, indeed: 42.51, linkedin: 30 },
      from: { jooble: 150, indeed: 50.01, linkedin: 0 },
      expires_at: shownIn(proposed).expires_at,
    });
    const id = proposed?.id as string;
    assert.equal(fold.approve(2 * HOUR, id, 'media@example.com')[0]?.act?.refused, 'self_approval');
    assert.equal(shownIn(fold.approve(2 * HOUR, id).at(-1)).status, 'approved');
    assert.deepEqual(fold.ledger(['jooble', 'indeed']).budgets, [150, 50.01], 'not before it is applied');
    fold.report(3 * HOUR, id);
    const { budgets, reserve, total } = fold.ledger(['jooble', 'indeed', 'linkedin']);
    assert.deepEqual([budgets, reserve, total], [[127.5, 42.51, 30], 0, 200.01]);
    assert.equal(fold.value('channel:c1/linkedin', 'location'), 'Madrid');
    assert.equal(fold.value('channel:c1/linkedin', 'currency'), 'EUR');
    assert.deepEqual(fold.value('campaign:c1', 'try_channel'), []);
  });

  it('is divided by the rebalance like any other afterwards', () => {
    const fold = new CampaignFold(planOf());
    fold.created(0, { jooble: 100, indeed: 100 });
    const id = wished(fold, HOUR)?.id as string;
    fold.approve(2 * HOUR, id);
    fold.report(3 * HOUR, id);
    const told = ['jooble', 'indeed', 'linkedin', 'linkedin'].flatMap((channel, n) =>
      fold.click(4 * HOUR + n, channel),
    );
    const of = told.filter(({ rule }) => rule === 'rebalance').map((decision) => shownIn(decision).to);
    assert.ok(of.length > 0);
    for (const to of of) assert.equal(typeof (to as Record<string, number>).linkedin, 'number');
  });

  it('is made again, under the same id and another hash, when budgets change while it waits', () => {
    const fold = new CampaignFold(planOf());
    fold.created(0, { jooble: 100, indeed: 100 });
    const { id, act } = wished(fold, HOUR) as Decision;
    const told = fold.apply(2 * HOUR, 'campaign.updated', {
      campaign_id: 'c1',
      channels: [
        { channel: 'jooble', budget: 140 },
        { channel: 'indeed', budget: 60 },
      ],
    });
    const renewed = told.filter((decision) => decision.act?.id === id);
    assert.deepEqual(
      renewed.map((decision) => [shownIn(decision).status, decision.reasons[0]?.name]),
      [['pending', 'budgets_changed']],
    );
    assert.deepEqual(shownIn(renewed[0]).to, { jooble: 119, indeed: 51, linkedin: 30 });
    assert.deepEqual(shownIn(renewed[0]).expires_at, fold.action(id).deadline);
    assert.equal(fold.approve(3 * HOUR, id, 'ana', act?.hash)[0]?.act?.refused, 'changed');
    fold.approve(3 * HOUR, id);
    fold.report(3 * HOUR, id);
    assert.deepEqual(fold.ledger(['jooble', 'indeed', 'linkedin']).budgets, [119, 51, 30]);
  });

  it('follows autonomy and guard-rails', () => {
    const rails = '{ by: [budget_manager], expires: 3d, max_per_action: 20% }';
    const auto = new CampaignFold(planOf(rails));
    auto.created(0, { jooble: 100, indeed: 100 }, { autonomy: 'auto' });
    const out = wished(auto, HOUR);
    assert.deepEqual([shownIn(out).status, out?.act?.because], ['approved', 'autonomy is auto']);
    const held = new CampaignFold(planOf(rails.replace('20%', '10%')));
    held.created(0, { jooble: 100, indeed: 100 }, { autonomy: 'auto' });
    const waiting = wished(held, HOUR);
    assert.equal(shownIn(waiting).status, 'pending');
    assert.match(waiting?.act?.because ?? '', /max_per_action 10%/);
    const off = new CampaignFold(planOf(rails));
    off.created(0, { jooble: 100, indeed: 100 }, { autonomy: 'off' });
    assert.equal(wished(off, HOUR), undefined);
  });

  it('can be taken back: the channel has nothing again', () => {
    const fold = new CampaignFold(planOf());
    fold.created(0, { jooble: 150, indeed: 50 });
    const id = wished(fold, HOUR)?.id as string;
    fold.approve(2 * HOUR, id);
    fold.report(3 * HOUR, id);
    const { hash } = fold.action(id);
    const back = fold.apply(4 * HOUR, 'action.reverted', { action_id: id, hash, by: 'eve' });
    const revert = back.find(({ act }) => act?.reverts === id)?.id as string;
    fold.approve(5 * HOUR, revert);
    fold.report(6 * HOUR, revert);
    assert.deepEqual(fold.ledger(['jooble', 'indeed', 'linkedin']).budgets, [150, 50, 0]);
  });

  it('says why not where the others have not that much', () => {
    const text = tries(NEVER).replace('$round(0.15 * spread, 2)', '500');
    const fold = new CampaignFold(campaignPlan(NEVER, text));
    fold.created(0, { jooble: 100, indeed: 100 });
    assert.equal(wished(fold, HOUR), undefined);
    const error = fold.decisions.find((decision) => decision.error)?.error;
    assert.equal(error, 'no action: linkedin would get 500 more, and the others have 200');
  });

  it(`keeps every cent, whatever the budgets are (seed ${SEED})`, () => {
    const random = new Random(SEED);
    const plan = planOf();
    for (let n = 0; n < 60; n++) {
      const fold = new CampaignFold(plan, { forgets: false });
      const names = ['a', 'b', 'c', 'd', 'e'].slice(0, 2 + Math.floor(random.next() * 4));
      const budgets = Object.fromEntries(
        names.map((name) => [name, (1 + Math.floor(random.next() ** 3 * 1e6)) / 100]),
      );
      fold.created(0, budgets);
      assert.deepEqual(fold.dead, []);
      const before = fold.ledger(names);
      const channel = random.next() < 0.8 ? 'new' : 'a';
      const id = wished(fold, HOUR, channel)?.id;
      // one that is there already and has more than that has nothing to gain
      if (id === undefined) continue;
      fold.approve(2 * HOUR, id);
      fold.report(3 * HOUR, id);
      const after = fold.ledger([...new Set([...names, channel])]);
      const sum = (list: readonly (number | undefined)[]) =>
        list.reduce((all: number, amount) => all + cents(amount ?? 0), 0);
      assert.equal(sum(after.budgets), sum(before.budgets));
      assert.ok(after.budgets.every((amount) => (amount ?? 0) >= 0));
      assert.equal(after.reserve, before.reserve);
    }
  });
});
