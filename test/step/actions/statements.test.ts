/** What an action is said to bring is kept, and what came of it is told when its time is over: once, the same at every replay. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Decision } from '../../../src/core/decision.ts';
import { DAY, HOUR } from '../../../src/core/units.ts';
import { CampaignFold, campaignPlan } from './campaign-fold.ts';

const impact = (more = '') => `{ by: [admin], expires: 12h }
impact:
  type: budget_optimization
  of: applications
  stated: '{ "value": $count(channels.channel) + 5.42, "low": 2, "high": 12.9, "confidence": 94 }'
  text: '{{$moves(proposal.from, proposal.to)}}'
  after: 2d
  realised: $sum(channels.clicks) - proposal.moved
${more}`;

const realisedIn = (decisions: readonly Decision[]) => decisions.filter(({ realised }) => realised);
const shownIn = (decision: Decision | undefined) => decision?.value as Record<string, unknown>;

function proposed(plan = campaignPlan(impact()), forgets = true) {
  const fold = new CampaignFold(plan, { forgets });
  fold.created(0, { a: 100, b: 100 });
  const told = [...fold.click(HOUR, 'a'), ...fold.click(HOUR + 1, 'a')];
  const action = told.find(({ act }) => act) as Decision;
  return { fold, action };
}

describe('statements', () => {
  it('are part of what is shown, in words and with how sure they are', () => {
    const { action } = proposed();
    assert.deepEqual(shownIn(action).impact, {
      ...{ type: 'budget_optimization', of: 'applications', value: 7.42, low: 2, high: 12.9, confidence: 94 },
      ...{ known: true, text: 'raise a by 100.00 EUR, lower b by 100.00 EUR' },
    });
  });

  it('under 60 % or with an interval across 0 are not known', () => {
    const known = (confidence: number, low: number) => {
      const text = impact().replace('"confidence": 94', `"confidence": ${confidence}`);
      const { action } = proposed(campaignPlan(text.replace('"low": 2', `"low": ${low}`)));
      return (shownIn(action).impact as { known: boolean }).known;
    };
    assert.deepEqual(
      [known(60, 1), known(59.9, 1), known(94, -0.1), known(40, 1)],
      [true, false, false, true],
    );
  });

  it('are left out where there is nothing to state, and the action is proposed all the same', () => {
    const nothing = impact().replace(/stated: .*/, 'stated: channels[channel = "x"]');
    const { fold, action } = proposed(campaignPlan(nothing));
    assert.equal(shownIn(action).impact, undefined);
    assert.deepEqual(realisedIn(fold.tick(9 * DAY)), []);
  });

  it('nobody asks what came of those that say nothing of it', () => {
    const text = impact().replace(/ {2}after: .*\n {2}realised: .*\n/, '');
    const { fold, action } = proposed(campaignPlan(text));
    assert.equal((shownIn(action).impact as { value: number }).value, 7.42);
    fold.approve(2 * HOUR, action.id);
    fold.report(3 * HOUR, action.id);
    assert.deepEqual(realisedIn(fold.tick(9 * DAY)), []);
  });

  it('of a channel are stated by its own features, and followed by those of its campaign, which keeps them', () => {
    const rule = (later: string) => `
---
rule: hours
description: d
owner: o@example.com
version: 1
for: channel
pick:
  - { name: plan, when: clicks = 2 }
approve: { by: [admin] }
then: { action: timing_optimization }
impact: { of: 'applications on {{channel}}', stated: '{ "value": clicks }'${later} }
`;
    const fold = new CampaignFold(campaignPlan('{ by: [admin] }', rule('')));
    fold.created(0, { a: 100, b: 100 });
    const told = [...fold.click(HOUR, 'a'), ...fold.click(HOUR + 1, 'a')].find(
      (one) => one.rule === 'hours' && one.act,
    );
    const { value, of, known } = shownIn(told).impact as Record<string, unknown>;
    assert.deepEqual([value, of, known], [2, 'applications on a', false]);
    assert.throws(
      () => campaignPlan('{ by: [admin] }', rule(', after: 2d, realised: clicks')),
      /unknown feature `clicks` of campaign/,
    );
    const asks =
      ", after: 2d, realised: 'channels[channel = $$.proposal.channel].clicks + $sum(proposal.hours)'";
    const hours = rule(asks).replace('when: clicks = 2', "when: clicks = 2, hours: '{{[1, 2, 3]}}'");
    const both = new CampaignFold(campaignPlan('{ by: [admin] }', hours));
    both.created(0, { a: 100, b: 100 });
    for (const [i, channel] of ['a', 'a', 'b', 'b', 'b'].entries()) both.click(HOUR + i, channel);
    const came = realisedIn(both.tick(3 * DAY)).filter((one) => one.rule === 'hours');
    assert.deepEqual(
      came.map(({ entity, realised }) => [entity, realised?.value, realised?.because]),
      [
        ['c1/a', 8, 'model'],
        ['c1/b', 9, 'model'],
      ],
    );
  });

  it('are told once their time is over, from when the action was applied', () => {
    const { fold, action } = proposed();
    fold.approve(2 * HOUR, action.id);
    fold.report(3 * HOUR, action.id);
    assert.deepEqual(realisedIn(fold.tick(2 * DAY + 2 * HOUR)), []);
    const [came, ...others] = realisedIn(fold.tick(2 * DAY + 4 * HOUR));
    assert.deepEqual(others, []);
    assert.equal(came?.time, came && came.time - (came.time % HOUR), 'at its own time');
    assert.deepEqual(came?.realised, {
      ...{ id: action.id, keys: { campaign_id: 'c1' }, statement: shownIn(action).impact },
      ...{ stated_at: action.act?.requested_at, applied: true, value: -98 },
      ...{ chance: 0, within: 0, because: 'model' },
    });
    assert.equal(came?.rule, 'rebalance');
    assert.equal(came?.reasons[0]?.name, 'model');
    assert.deepEqual(realisedIn(fold.tick(9 * DAY)), []);
  });

  it('of what was not carried out are told too, and that it was not', () => {
    const { fold, action } = proposed();
    const { hash } = fold.action(action.id);
    fold.apply(2 * HOUR, 'action.rejected', { action_id: action.id, hash, by: 'ben' });
    const came = realisedIn(fold.tick(3 * DAY)).map(({ realised }) => [realised?.applied, realised?.value]);
    assert.deepEqual(came, [[false, -98]]);
  });

  it('say why there is nothing to say: no data, or a rule that is gone', () => {
    const { fold } = proposed(
      campaignPlan(impact().replace(/realised: .*/, 'realised: channels[channel = "x"].budget')),
    );
    const [none] = realisedIn(fold.tick(3 * DAY));
    assert.deepEqual([none?.realised?.value, none?.realised?.because], [null, 'no_data']);
    const gone = proposed().fold;
    gone.activate(campaignPlan('{ by: [admin], expires: 12h }'));
    assert.deepEqual(
      realisedIn(gone.tick(3 * DAY)).map(({ realised }) => [realised?.value, realised?.because]),
      [[null, 'rule_gone']],
    );
  });

  it('are followed at most eight at a time, spread over the time, and the same whatever is in memory', () => {
    const stories = [true, false].map((forgets) => {
      const { fold } = proposed(campaignPlan(impact().replace('expires: 12h', 'expires: 1h')), forgets);
      for (let hour = 3; hour < 7 * 24; hour++) fold.click(hour * HOUR, hour % 3 === 0 ? 'a' : 'b');
      return fold.decisions;
    });
    const [one, other] = stories as [Decision[], Decision[]];
    assert.deepEqual(one, other);
    const came = realisedIn(one).map(({ realised }) => realised?.stated_at as number);
    const stated = one.filter(({ act, value }) => act && (value as { status: string }).status === 'pending');
    assert.ok(stated.length > 60 && came.length > 10, `${stated.length} ${came.length}`);
    came.slice(1).forEach((at, i) => {
      assert.ok(at - (came[i] as number) >= (2 * DAY) / 8);
    });
  });

  it('of a shadow rule are shown, and not followed', () => {
    const plan = campaignPlan(impact('mode: shadow'));
    const { fold, action } = proposed(plan);
    assert.equal(action.mode, 'shadow');
    assert.deepEqual(realisedIn(fold.tick(9 * DAY)), []);
  });
});
