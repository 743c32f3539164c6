/** What is wrong with a quantile of ratios is said where it stands. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';

const SETTINGS = 'timezone: UTC\nentities:\n  channel: { key: [campaign_id, channel] }\n---\n';

for (const [feature, message] of [
  ['{ median: cost, on: campaign.click, per: campaign.application }', '`window` is missing'],
  ['{ median: cost, per: campaign.application, window: 7d }', '`on` is missing'],
  [
    '{ sum: cost, on: campaign.click, per: campaign.application, window: 7d }',
    '`per` does not go with `sum`',
  ],
  [
    '{ p90: amount, on: campaign.click, per: campaign.application, window: 7d }',
    'unknown field `amount` of campaign.click',
  ],
  [
    '{ p90: cost, on: campaign.click, per: campaign.aplication, window: 7d }',
    'unknown event type `campaign.aplication`',
  ],
] as const)
  test(`${feature}: ${message}`, () => {
    const text = `${SETTINGS}features:\n  channel:\n    x: ${feature}\n`;
    const loaded = loadRuleSet([{ path: 'a.yaml', text }]);
    assert.ok(!loaded.ok);
    assert.deepEqual(
      loaded.problems.map((problem) => problem.message),
      [message],
    );
  });

test('what is divided by needs no field of its own', () => {
  const text = `${SETTINGS}features:\n  channel:\n    x: { p90: cost, on: campaign.click, per: campaign.application, window: 7d }\n`;
  assert.ok(loadRuleSet([{ path: 'a.yaml', text }]).ok);
});
