/** An imported past: it is decided and kept, says so, and proposes nothing; what comes after it is as ever. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { HOUR } from '../../../src/core/units.ts';
import { CampaignFold, campaignPlan, START } from './campaign-fold.ts';

const RULE = `
---
rule: pulse
description: d
owner: o
version: 1
for: channel
value: clicks
`;

it('decisions before `until` say that they are past, and no action is proposed there', () => {
  const fold = new CampaignFold(campaignPlan('{ by: [admin] }', RULE));
  fold.apply(0, 'history.imported', { until: START + 2 * HOUR });
  fold.created(0, { a: 100, b: 100 }, { autonomy: 'auto' });
  const then = fold.click(HOUR, 'a');
  assert.deepEqual(
    then.map(({ rule, past }) => [rule, past]),
    [['pulse', true]],
  );
  // time alone ends it: what is due now is news
  const now = fold.click(2 * HOUR, 'a');
  assert.deepEqual(
    now.map(({ rule, past, act }) => [rule, past, act === undefined]),
    [
      ['pulse', undefined, true],
      ['rebalance', undefined, false],
    ],
  );
  // a later mark about an earlier past changes nothing
  fold.apply(2 * HOUR, 'history.imported', { until: START + HOUR });
  assert.equal(fold.click(2 * HOUR, 'b')[0]?.past, undefined);
});
