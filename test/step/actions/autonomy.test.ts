/** Autonomy: what goes out by itself, what holds it back, and that a person is asked for the rest. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Decision } from '../../../src/core/decision.ts';
import { DAY, HOUR } from '../../../src/core/units.ts';
import { CampaignFold, campaignPlan } from './campaign-fold.ts';

const BOTH = { a: 100, b: 100 };

function proposal(approve: string, autonomy?: string, settings = ''): Decision | undefined {
  const fold = new CampaignFold(campaignPlan(approve, '', settings));
  fold.created(0, BOTH, autonomy === undefined ? {} : { autonomy });
  return fold.click(HOUR, 'a').find(({ act }) => act);
}

const told = (decision: Decision | undefined) => [
  (decision?.value as { status?: string } | undefined)?.status,
  decision?.act?.because,
];

describe('autonomy', () => {
  it('off proposes nothing, suggest asks, auto goes out; without a word the rule decides', () => {
    assert.deepEqual(told(proposal('{ by: [admin], auto_when: moved > 0 }', 'off')), [undefined, undefined]);
    assert.deepEqual(told(proposal('{ by: [admin], auto_when: moved > 100 }', 'suggest'))[0], 'pending');
    assert.deepEqual(told(proposal('{ by: [admin], auto_when: moved > 0 }', 'suggest'))[0], 'approved');
    assert.deepEqual(told(proposal('{ by: [admin] }', 'auto')), ['approved', 'autonomy is auto']);
    assert.deepEqual(told(proposal('{ by: [admin], auto_when: moved > 0 }')), [
      'approved',
      'auto_when holds',
    ]);
    assert.deepEqual(told(proposal('{ by: [admin], auto_when: moved > 100 }')), ['pending', undefined]);
  });

  it('the kill switch, and a move that is too large, leave it to a person and say so', () => {
    const off = 'actions: { automatic: false }\n';
    assert.deepEqual(told(proposal('{ by: [admin] }', 'auto', off)), [
      'pending',
      'the kill switch is on: actions.automatic is false',
    ]);
    assert.deepEqual(told(proposal('{ by: [admin], max_per_action: 49% }', 'auto')), [
      'pending',
      'it moves 100, more than max_per_action 49% of 200',
    ]);
    assert.deepEqual(told(proposal('{ by: [admin], max_per_action: 50% }', 'auto'))[0], 'approved');
  });

  /** Each click turns all the money round, and the platform does as it is told. */
  function turns(approve: string, times: readonly number[]): (string | undefined)[][] {
    const fold = new CampaignFold(campaignPlan(`{ by: [admin], ${approve} }`));
    fold.created(0, BOTH, { autonomy: 'auto' });
    return times.map((at, i) => {
      let found: Decision | undefined;
      // the weight goes to the other side each time
      for (let n = 0; n < 2 ** i && !found; n++)
        found = fold
          .click(at, i % 2 === 0 ? 'a' : 'b')
          .find(({ act, value }) => act && (value as { moved: number }).moved >= 5);
      const [status, because] = told(found);
      if (found && status === 'approved') fold.report(at, found.id);
      return [status, because?.replace(/[\d.]+/g, 'N')];
    });
  }

  it('max_per_day counts what went out on this day of the campaign’s zone', () => {
    const [first, second, third] = turns('max_per_day: 50%', [HOUR, 2 * HOUR, DAY + HOUR]);
    assert.equal(first?.[0], 'approved');
    assert.deepEqual(second, ['pending', 'with N moved today already, N is more than max_per_day N% of N']);
    assert.equal(third?.[0], undefined, 'the one that waits is open still');
  });

  it('cool_down keeps two apart', () => {
    const [first, second] = turns('cool_down: 6h', [HOUR, 2 * HOUR]);
    assert.equal(first?.[0], 'approved');
    assert.deepEqual(second, ['pending', 'the last one by itself is nearer than cool_down']);
    const [, later] = turns('cool_down: 6h', [HOUR, 7 * HOUR]);
    assert.equal(later?.[0], 'approved');
  });

  it('what went out by itself is taken back by one person', () => {
    const fold = new CampaignFold(campaignPlan('{ by: [admin] }'));
    fold.created(0, BOTH, { autonomy: 'auto' });
    const id = fold.click(HOUR, 'a').find(({ act }) => act)?.id as string;
    fold.report(2 * HOUR, id);
    const asked = { action_id: id, hash: fold.action(id).hash, by: 'ana' };
    const [revert] = fold.apply(3 * HOUR, 'action.reverted', asked).filter(({ act }) => act?.reverts);
    assert.deepEqual(told(revert), ['approved', 'it takes back what went out without a person']);
    assert.equal(revert?.act?.by, 'ana');
  });
});
