/** Pause and resume of one channel: what it keeps, who gets the rest, and the way back, to the cent. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Decision } from '../../../src/core/decision.ts';
import { HOUR, MINUTE } from '../../../src/core/units.ts';
import { CampaignFold, campaignPlan } from './campaign-fold.ts';

const stop = (then: string, approve = '{ by: [admin] }') => `
---
rule: stop_loss
description: d
owner: o@example.com
version: 1
for: channel
pick:
  - { name: flood, when: clicks >= 3 and clicks < 6, severity: high, message: '{{channel}} floods' }
approve: ${approve}
then: ${then}
---
rule: go_on
description: d
owner: o@example.com
version: 1
for: channel
pick:
  - { name: calm, when: clicks >= 6 }
approve: { by: [admin] }
then: { action: resume }
`;
const NEVER = '{ by: [admin], expires: 1h }';

function flooded(then: string, budgets: Record<string, number>, more: object = {}, approve?: string) {
  const plan = campaignPlan(NEVER, stop(then, approve));
  const fold = new CampaignFold(plan);
  // the allocation of the plan stays out of it
  fold.created(0, budgets, more);
  let told: Decision[] = [];
  for (let n = 0; n < 3; n++)
    told = fold.click(2 * HOUR + n, 'b').filter(({ rule, act }) => rule === 'stop_loss' && act);
  return { fold, told };
}

const shownIn = (decision: Decision | undefined) => decision?.value as Record<string, unknown>;
const channels = ['a', 'b', 'c'];

describe('pause and resume', () => {
  const budgets = { a: 100, b: 50.01, c: 200 };

  it('a paused channel keeps a probe; the others get the rest in proportion, the total is kept', () => {
    const { fold, told } = flooded('{ action: pause }', budgets);
    const [proposed] = told;
    assert.deepEqual(shownIn(proposed), {
      ...{ action: 'pause', status: 'pending', name: 'flood', severity: 'high', message: 'b floods' },
      ...{ moved: 49, total: 350.01, to: { a: 116.33, b: 1.01, c: 232.67 }, from: budgets },
      expires_at: shownIn(proposed).expires_at,
    });
    assert.deepEqual(
      [proposed?.kind, proposed?.entity, proposed?.act?.keys],
      ['channel', 'c1/b', { campaign_id: 'c1' }],
    );
    const id = proposed?.id as string;
    fold.approve(3 * HOUR, id);
    fold.report(3 * HOUR, id);
    assert.deepEqual(fold.ledger(channels), { budgets: [116.33, 1.01, 232.67], reserve: 0, total: 350.01 });
    assert.deepEqual(
      channels.map((channel) => fold.value(`channel:c1/${channel}`, 'paused')),
      [false, true, false],
    );
    // spend of before the pause comes in still, and counts
    fold.click(2 * HOUR, 'b');
    assert.equal(fold.value('channel:c1/b', 'clicks'), 4);
  });

  it('waits for another action that moves money, is made again from what that did, and goes out by itself', () => {
    for (const reported of [true, false]) {
      const fold = new CampaignFold(campaignPlan('{ by: [admin] }', stop('{ action: pause }')));
      fold.created(0, { a: 100, b: 100, c: 100 }, { autonomy: 'auto' });
      const first = fold.click(HOUR, 'b').find(({ act }) => act) as Decision;
      assert.equal(shownIn(first).status, 'approved', 'all the money follows the first click');
      fold.click(2 * HOUR, 'b');
      const told = fold.click(2 * HOUR + 1, 'b').filter(({ act }) => act);
      assert.deepEqual(
        told.map(({ rule, value, act }) => [rule, (value as { status: string }).status, act?.because]),
        [['stop_loss', 'pending', 'another action that moves money here is under way']],
      );
      const id = told[0]?.id as string;
      const answer = reported
        ? fold.report(3 * HOUR, first.id)
        : fold.apply(3 * HOUR, 'action.failed', {
            action_id: first.id,
            idempotency_key: `${first.id}-${fold.action(first.id).hash}`,
            problem: 'no answer',
          });
      const out = answer.find(({ act }) => act?.id === id);
      assert.deepEqual(
        [shownIn(out).status, out?.act?.because, out?.reasons[0]?.name],
        ['approved', 'autonomy is auto', reported ? 'budgets_changed' : 'no_other_under_way'],
      );
      assert.equal(fold.action(id).automatic, true);
      assert.deepEqual(shownIn(out).from, reported ? { b: 300 } : { a: 100, b: 100, c: 100 });
    }
  });

  it('an allocation that would go out by itself is not made while another one is under way', () => {
    const fold = new CampaignFold(campaignPlan('{ by: [admin] }', stop('{ action: pause }')));
    fold.created(0, { a: 100, b: 100 }, { autonomy: 'auto' });
    const first = fold.click(HOUR, 'b').find(({ act }) => act) as Decision;
    assert.deepEqual(
      fold.click(2 * HOUR, 'a').filter(({ act }) => act),
      [],
    );
    const next = fold.report(3 * HOUR, first.id).find(({ act }) => act && act.id !== first.id);
    assert.deepEqual([next?.rule, shownIn(next).status], ['rebalance', 'approved']);
  });

  it('spend that comes in up to two days after it counts', () => {
    const spent = `
---
features:
  channel:
    spent: { sum: cost, on: campaign.click, window: 7d }
`;
    const fold = new CampaignFold(campaignPlan(NEVER, `${stop('{ action: pause }')}${spent}`));
    fold.created(0, budgets);
    for (let n = 0; n < 3; n++) fold.click(2 * HOUR + n, 'b');
    const [pause] = fold.actions().filter(({ rule }) => rule === 'stop_loss');
    assert.ok(pause);
    fold.approve(2 * HOUR + MINUTE, pause.id);
    fold.report(2 * HOUR + 2 * MINUTE, pause.id);
    assert.equal(fold.value('channel:c1/b', 'paused'), true);
    fold.click(49 * HOUR, 'b');
    // it happened before the pause, and is told two days later
    fold.tick(50 * HOUR);
    fold.click(2 * HOUR + 30_000, 'b');
    assert.deepEqual(
      ['spent', 'budget'].map((name) => fold.value('channel:c1/b', name)),
      [5, 1.01],
    );
  });

  it('resume brings it back from those who got it', () => {
    const { fold, told } = flooded('{ action: pause, probe: 0% }', budgets);
    const id = told[0]?.id as string;
    fold.approve(3 * HOUR, id);
    fold.report(3 * HOUR, id);
    assert.equal(fold.ledger(channels).budgets[1], 0);
    let resumed: Decision | undefined;
    for (let n = 0; n < 3; n++)
      resumed = fold.click(4 * HOUR, 'b').find(({ rule, act }) => rule === 'go_on' && act);
    assert.deepEqual(shownIn(resumed).to, budgets);
    fold.approve(5 * HOUR, resumed?.id as string);
    fold.report(5 * HOUR, resumed?.id as string);
    assert.deepEqual(fold.ledger(channels), { budgets: [100, 50.01, 200], reserve: 0, total: 350.01 });
    assert.equal(fold.value('channel:c1/b', 'paused'), false);
  });

  it('freed: reserve keeps it for later; so does a campaign with nobody else', () => {
    for (const [then, all] of [
      ['{ action: pause, probe: 2%, freed: reserve }', budgets],
      ['{ action: pause }', { b: 50 }],
    ] as const) {
      const { fold, told } = flooded(then, all);
      const id = told[0]?.id as string;
      const { from, to } = told[0]?.act?.reserve ?? {};
      assert.ok(from === 0 && (to as number) > 48);
      fold.approve(3 * HOUR, id);
      fold.report(3 * HOUR, id);
      const { reserve, total } = fold.ledger(Object.keys(all));
      assert.deepEqual([reserve, total], [to, fold.value('campaign:c1', 'total')]);
    }
  });

  it('auto_pause stops a loss under suggest and says so; other actions wait', () => {
    const approve = '{ by: [admin], auto_pause: true }';
    const { told } = flooded('{ action: pause }', budgets, { autonomy: 'suggest' }, approve);
    assert.equal(shownIn(told[0]).status, 'approved');
    assert.equal(told[0]?.act?.because, 'auto_pause: a loss is stopped without a person');
    const other = flooded('{ action: pause }', budgets, { autonomy: 'suggest' });
    assert.equal(shownIn(other.told[0]).status, 'pending');
    const off = flooded('{ action: pause }', budgets, { autonomy: 'off' }, approve);
    assert.deepEqual(off.told, []);
  });

  it('a line that is over takes its proposal with it', () => {
    const { fold, told } = flooded('{ action: bid_adjustment }', budgets);
    const id = told[0]?.id as string;
    const gone = [1, 2, 3].flatMap((n) => fold.click(3 * HOUR + n, 'b')).filter(({ act }) => act?.id === id);
    assert.deepEqual(
      gone.map((decision) => [shownIn(decision).status, decision.reasons[0]?.name]),
      [['expired', 'no_longer_holds']],
    );
  });

  it('two that move the same money do not go out together', () => {
    const { fold, told } = flooded('{ action: pause }', budgets);
    const again = fold.actions().find(({ rule, status }) => rule === 'rebalance' && status === 'pending');
    assert.ok(again);
    fold.approve(2.5 * HOUR, told[0]?.id as string);
    const [refused] = fold.approve(2.5 * HOUR, again.id);
    assert.equal(refused?.act?.refused, 'another_under_way');
  });
});
