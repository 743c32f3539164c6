/** The life of an action: who may say what of it, when its time is over, and that nothing about it goes by in silence. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Decision } from '../../../src/core/decision.ts';
import { DAY, HOUR } from '../../../src/core/units.ts';
import { CampaignFold, campaignPlan, START } from './campaign-fold.ts';

const plan = campaignPlan('{ by: [budget_manager], not_by: requester, expires: 24h }');
const BOTH = { a: 100, b: 100 };

/** One action is pending: a from 100 to 200, b from 100 to 0. */
function pending(fold = new CampaignFold(plan)): { fold: CampaignFold; id: string; told: Decision } {
  fold.created(0, BOTH);
  const [told] = fold.click(HOUR, 'a').filter(({ act }) => act);
  assert.ok(told);
  return { fold, id: told.id, told };
}

const statusOf = ({ value }: Decision) => (value as { status: string }).status;
const news = (decisions: readonly Decision[]) =>
  decisions.map((decision) => [decision.act?.id, statusOf(decision), decision.act?.refused]);

describe('the life of an action', () => {
  it('is proposed with what changes, who asked, and a hash of it all', () => {
    const { told, id, fold } = pending();
    assert.deepEqual(told.value, {
      ...{ action: 'channel_reallocation', status: 'pending', moved: 100, total: 200 },
      ...{ to: { a: 200, b: 0 }, from: { a: 100, b: 100 }, expires_at: START + HOUR + DAY },
    });
    assert.match(told.act?.hash ?? '', /^[0-9a-f]{16}$/);
    assert.deepEqual(told.act, {
      ...{
        id,
        hash: told.act?.hash,
        idempotency_key: `${id}-${told.act?.hash}`,
        keys: { campaign_id: 'c1' },
      },
      ...{ requested_by: 'media@example.com', requested_at: START + HOUR },
      budgets: [
        { channel: 'a', budget: 200, from: 100 },
        { channel: 'b', budget: 0, from: 100 },
      ],
    });
    assert.deepEqual(news(fold.click(2 * HOUR, 'a')), [], 'one open action at a time');
  });

  it('approved, then applied: only then budgets change, and features read them', () => {
    const { fold, id } = pending();
    assert.deepEqual(news(fold.approve(2 * HOUR, id)), [[id, 'approved', undefined]]);
    assert.deepEqual(fold.ledger(['a', 'b']).budgets, [100, 100]);
    const [applied] = fold.report(3 * HOUR, id);
    assert.deepEqual(news([applied as Decision]), [[id, 'applied', undefined]]);
    assert.equal(applied?.act?.by, 'ana');
    assert.equal(applied?.act?.comment, 'fine');
    assert.deepEqual(fold.ledger(['a', 'b']), { budgets: [200, 0], reserve: 0, total: 200 });
    assert.equal(fold.value('campaign:c1', 'spread'), 200);
    assert.equal((fold.value('campaign:c1', 'rebalance') as { status: string }).status, 'applied');
  });

  it('rejected, or expired when nobody answers: nothing goes out, and the next may come', () => {
    const one = pending();
    const rejection = { action_id: one.id, hash: one.told.act?.hash, by: 'ana', comment: 'not now' };
    assert.deepEqual(news(one.fold.apply(2 * HOUR, 'action.rejected', rejection)), [
      [one.id, 'rejected', undefined],
    ]);
    assert.equal(one.fold.click(3 * HOUR, 'a').length, 1, 'the next proposal');
    const other = pending();
    assert.deepEqual(news(other.fold.tick(HOUR + DAY - 1)), []);
    assert.deepEqual(news(other.fold.tick(HOUR + DAY)), [[other.id, 'expired', undefined]]);
    assert.deepEqual(news(other.fold.approve(HOUR + DAY, other.id)), [[other.id, 'expired', 'expired']]);
  });

  it('approved twice: the second changes nothing and is told why', () => {
    const { fold, id } = pending();
    fold.approve(2 * HOUR, id);
    assert.deepEqual(news(fold.approve(2 * HOUR, id, 'ben')), [[id, 'approved', 'already_decided']]);
    assert.equal(fold.action(id).by, 'ana');
  });

  it('approved by whoever asked for it, or with another hash: refused, and it still waits', () => {
    const { fold, id } = pending();
    assert.deepEqual(news(fold.approve(2 * HOUR, id, 'media@example.com')), [
      [id, 'pending', 'self_approval'],
    ]);
    assert.deepEqual(news(fold.approve(2 * HOUR, id, 'ana', 'old')), [[id, 'pending', 'changed']]);
    assert.deepEqual(news(fold.approve(2 * HOUR, id)), [[id, 'approved', undefined]]);
  });

  it('approved after the budgets changed: refused, and the proposal is over', () => {
    const { fold, id } = pending();
    const channels = [{ channel: 'a', budget: 90 }];
    fold.apply(2 * HOUR, 'campaign.updated', { campaign_id: 'c1', channels });
    const told = fold.approve(3 * HOUR, id);
    assert.deepEqual(news(told), [
      [id, 'expired', undefined],
      [id, 'expired', 'budgets_changed'],
    ]);
    assert.equal(told[0]?.reasons[0]?.name, 'budgets_changed');
  });

  it('an unknown id is a dead letter, and a wrong key or a report without approval is refused', () => {
    const { fold, id, told } = pending();
    fold.apply(2 * HOUR, 'action.approved', { action_id: '0-1-999', hash: 'x', by: 'ana' });
    assert.deepEqual(
      fold.dead.map(({ reason }) => reason),
      ['unknown_action'],
    );
    assert.match(fold.dead[0]?.problem ?? '', /no action 0-1-999/);
    const wrong = { action_id: id, idempotency_key: 'k' };
    assert.deepEqual(news(fold.apply(2 * HOUR, 'action.applied', wrong)), [[id, 'pending', 'wrong_key']]);
    assert.deepEqual(news(fold.report(2 * HOUR, id)), [[id, 'pending', 'not_approved']]);
    assert.deepEqual(fold.ledger(['a', 'b']).budgets, [100, 100]);
    assert.equal(told.act?.refused, undefined);
  });

  it('failed says why; silence of the outside is a failure too, and a report that comes later is still true', () => {
    const { fold, id } = pending();
    fold.approve(2 * HOUR, id);
    const key = fold.action(id);
    const failure = { action_id: id, idempotency_key: `${id}-${key.hash}`, problem: 'no such campaign' };
    const [failed] = fold.apply(3 * HOUR, 'action.failed', failure);
    assert.deepEqual([statusOf(failed as Decision), failed?.act?.problem], ['failed', 'no such campaign']);
    const other = pending();
    other.fold.approve(2 * HOUR, other.id);
    assert.deepEqual(news(other.fold.tick(2 * HOUR + DAY)), [[other.id, 'failed', undefined]]);
    assert.deepEqual(news(other.fold.report(3 * HOUR + DAY, other.id)).slice(0, 1), [
      [other.id, 'applied', undefined],
    ]);
    assert.deepEqual(other.fold.ledger(['a', 'b']).budgets, [200, 0]);
    assert.deepEqual(news(other.fold.report(4 * HOUR + DAY, other.id)), [
      [other.id, 'applied', 'already_decided'],
    ]);
  });

  it('a platform that did otherwise: its budgets are in force, and the difference is told', () => {
    const { fold, id } = pending();
    fold.approve(2 * HOUR, id);
    const budgets = [
      { channel: 'a', budget: 150 },
      { channel: 'z', budget: 5 },
    ];
    const [told] = fold.report(3 * HOUR, id, budgets);
    assert.deepEqual(told?.act?.differences, [
      { channel: 'a', asked: 200, reported: 150 },
      { channel: 'b', asked: 0, reported: null },
      { channel: 'z', asked: null, reported: 5 },
    ]);
    assert.deepEqual(fold.ledger(['a', 'b']), { budgets: [150, 100], reserve: -50, total: 200 });
    assert.equal(fold.records.has('channel:c1/z'), false);
  });

  it('a revert is an action of its own: asked for by one, approved by another, and it brings back what was', () => {
    const { fold, id } = pending();
    fold.approve(2 * HOUR, id);
    const asked = { action_id: id, hash: fold.action(id).hash, by: 'ana', comment: 'worse' };
    assert.deepEqual(news(fold.apply(2 * HOUR, 'action.reverted', asked)), [[id, 'approved', 'not_applied']]);
    fold.report(3 * HOUR, id);
    const [told] = fold.apply(4 * HOUR, 'action.reverted', asked).filter(({ act }) => act?.reverts);
    const revert = told?.id as string;
    assert.deepEqual(told?.act?.budgets, [
      { channel: 'a', budget: 100, from: 200 },
      { channel: 'b', budget: 100, from: 0 },
    ]);
    assert.deepEqual(news(fold.apply(4 * HOUR, 'action.reverted', asked)), [
      [id, 'applied', 'already_decided'],
    ]);
    assert.deepEqual(news(fold.approve(5 * HOUR, revert, 'ana')), [[revert, 'pending', 'self_approval']]);
    assert.deepEqual(news(fold.approve(5 * HOUR, revert, 'ben')), [[revert, 'approved', undefined]]);
    const back = fold.report(6 * HOUR, revert).filter(({ act }) => act?.id === id || act?.id === revert);
    assert.deepEqual(news(back), [
      [revert, 'applied', undefined],
      [id, 'reverted', undefined],
    ]);
    assert.deepEqual(fold.ledger(['a', 'b']).budgets, [100, 100]);
  });

  it('a revert is refused when budgets changed since', () => {
    const { fold, id } = pending();
    fold.approve(2 * HOUR, id);
    fold.report(3 * HOUR, id);
    fold.apply(4 * HOUR, 'campaign.updated', { campaign_id: 'c1', channels: [{ channel: 'a', budget: 10 }] });
    const asked = { action_id: id, hash: fold.action(id).hash, by: 'ana' };
    const told = fold.apply(5 * HOUR, 'action.reverted', asked).filter(({ act }) => act?.id === id);
    assert.deepEqual(news(told), [[id, 'applied', 'budgets_changed']]);
  });

  it('goes on when its rule changes', () => {
    const { fold, id } = pending();
    fold.approve(2 * HOUR, id);
    fold.activate(campaignPlan('{ by: [admin], expires: 2h }'));
    assert.deepEqual(news(fold.report(3 * HOUR, id)).slice(0, 1), [[id, 'applied', undefined]]);
    assert.deepEqual(fold.ledger(['a', 'b']).budgets, [200, 0]);
  });
});
