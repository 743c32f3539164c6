/** The ledger: over many random actions every cent is somewhere, and a platform that does otherwise is seen to. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rowOf } from '../../../src/core/action.ts';
import type { Decision } from '../../../src/core/decision.ts';
import { HOUR, MINUTE } from '../../../src/core/units.ts';
import { DRAWN_SEED } from '../../drawn-seed.ts';
import { Random } from '../../oracle/random.ts';
import { CampaignFold, campaignPlan } from './campaign-fold.ts';

const RULES = `
---
rule: stop_loss
description: d
owner: o@example.com
version: 1
for: channel
pick:
  - { name: flood, when: clicks % 3 = 0 and clicks > 0 }
approve: { by: [admin], expires: 3h }
then: { action: pause, freed: FREED }
---
rule: go_on
description: d
owner: o@example.com
version: 1
for: channel
pick:
  - { name: calm, when: clicks % 3 = 1 }
approve: { by: [admin], expires: 3h }
then: { action: resume }
---
rule: set_budget
description: d
owner: o@example.com
version: 1
for: channel
pick:
  - { name: set, when: clicks % 5 = 2 and clicks % 3 = 2, budget: 12.34 }
approve: { by: [admin], expires: 3h }
then: { action: budget_adjustment }
`;
const CHANNELS = ['a', 'b', 'c', 'd'];
const SEED = DRAWN_SEED;
/** Actions that are proposed, those that revert others among them; LEDGER_ACTIONS=100000 for the long run. */
const ACTIONS = Number(process.env.LEDGER_ACTIONS ?? 300);

const cents = (amount: number) => Math.round(amount * 100);

/** Kept beside: what every accepted report says is in force. */
class Book {
  readonly budgets = new Map<string, number>();
  reported = 0;
  differing = 0;

  sum(): number {
    return [...this.budgets.values()].reduce((sum, amount) => sum + amount, 0);
  }
}

function play(freed: string, seed: number, wanted: number): Record<string, number> {
  const random = new Random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
  const fold = new CampaignFold(campaignPlan('{ by: [admin], expires: 3h }', RULES.replace('FREED', freed)), {
    forgets: false,
  });
  const start = { a: 100, b: 50.01, c: 33.33, d: 16.66 };
  fold.created(0, start);
  const book = new Book();
  for (const [channel, budget] of Object.entries(start)) book.budgets.set(channel, cents(budget));
  const total = book.sum();
  const seen: Record<string, number> = {};
  const proposed = new Set<string>();
  let entries = 0;
  let at = HOUR;
  const take = (decisions: readonly Decision[]) => {
    for (const { act, value, error } of decisions) {
      if (error !== undefined) seen.error = (seen.error ?? 0) + 1;
      if (!act) continue;
      const { status, action } = value as { status: string; action: string };
      const word =
        act.refused ?? `${action} ${status}${act.reverts && status === 'pending' ? ' (revert)' : ''}`;
      seen[word] = (seen[word] ?? 0) + 1;
      if (act.refused) continue;
      if (status === 'pending') proposed.add(act.id);
      const rows = act.budgets ?? [];
      // what is asked for keeps the total by itself
      const asked = rows.reduce((sum, { budget, from }) => sum + cents(budget) - cents(from), 0);
      assert.equal(
        asked + cents(act.reserve?.to ?? 0) - cents(act.reserve?.from ?? 0),
        0,
        JSON.stringify(act),
      );
      for (const { budget } of rows) assert.ok(budget >= 0);
      if (status === 'pending' || status === 'approved')
        assert.ok((act.reserve?.to ?? 0) >= Math.min(0, act.reserve?.from ?? 0));
    }
  };
  while (proposed.size < wanted) {
    entries += 1;
    at += Math.floor(random.next() * 20 * MINUTE);
    const actions = fold.actions();
    const open = actions.filter(({ status }) => status === 'pending');
    const out = actions.filter(({ status }) => status === 'approved');
    const applied = actions.filter(({ status }) => status === 'applied');
    const chance = random.next();
    if (chance < 0.3 || open.length + out.length === 0) take(fold.click(at, pick(CHANNELS)));
    else if (chance < 0.36 && applied.length > 0) {
      const { id, hash } = pick(applied);
      take(fold.apply(at, 'action.reverted', { action_id: id, hash, by: 'eve' }));
    } else if (chance < 0.4) take(fold.tick(at));
    else if (chance < 0.46 && open.length > 0) {
      const { id, hash } = pick(open);
      take(fold.apply(at, 'action.rejected', { action_id: id, hash, by: 'ben' }));
    } else if (out.length > 0 && chance < 0.75) {
      const action = pick(out);
      const { id, hash, budgets = [] } = action;
      const outcome = random.next();
      const key = { action_id: id, idempotency_key: `${id}-${hash}` };
      if (outcome < 0.15) {
        take(fold.apply(at, 'action.failed', { ...key, problem: 'no' }));
        continue;
      }
      // a part is left out, or the platform rounds as it likes
      const partial = outcome < 0.3 ? budgets.slice(1) : budgets;
      const rows = partial.map(({ channel = '', budget }) => ({
        channel,
        budget: outcome > 0.9 ? Math.floor(budget) : budget,
      }));
      const told = fold.apply(at, 'action.applied', { ...key, budgets: rows });
      // its time may have been over a moment before: then it failed first
      const mine = told.findLast(({ act }) => act?.id === id && !act.refused);
      assert.ok(mine);
      for (const { channel, budget } of rows) book.budgets.set(channel, cents(budget));
      book.reported += 1;
      const otherwise = budgets.filter((row) => cents(row.budget) !== book.budgets.get(rowOf(row)));
      assert.equal(
        (mine.act?.differences ?? []).length > 0,
        partial.length < budgets.length || otherwise.length > 0,
      );
      if (mine.act?.differences) book.differing += 1;
      take(told);
    } else if (open.length > 0) take(fold.approve(at, pick(open).id));
    else take(fold.click(at, pick(CHANNELS)));
    const ledger = fold.ledger(CHANNELS);
    assert.deepEqual(
      ledger.budgets.map(cents),
      CHANNELS.map((channel) => book.budgets.get(channel)),
    );
    assert.equal(cents(ledger.reserve) + book.sum(), total);
    assert.equal(cents(ledger.total), total);
  }
  return { ...seen, proposed: proposed.size, entries, reported: book.reported, differing: book.differing };
}

describe('the ledger', () => {
  for (const freed of ['others', 'reserve'])
    it(`budgets and reserve make the total after every entry, over ${ACTIONS} actions (freed: ${freed}, seed ${SEED})`, (t) => {
      const seen = play(freed, SEED, ACTIONS);
      t.diagnostic(JSON.stringify(seen));
      const ways = Object.entries(seen).filter(([name]) => name.includes(' ')).length;
      assert.ok(
        ways > 15 && (seen.differing as number) > 5 && (seen.reported as number) > 50,
        JSON.stringify(seen),
      );
    });
});
