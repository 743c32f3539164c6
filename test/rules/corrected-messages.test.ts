/** What is wrong with a corrected sum is said where it stands. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featureProblems } from './rule-files.ts';

const ON = 'on: campaign.click';

test('a corrected sum is about a day, and both fields are those of their events', () => {
  const features = `a: { sum: cost, ${ON}, window: today, corrected: spend, by: campaign.budget_reported }
b: { sum: cost, ${ON}, window: 7d, corrected: spend, by: campaign.budget_reported }
c: { sum: cost, ${ON}, corrected: spend }
d: { sum: spend, ${ON}, window: today, corrected: cost, by: campaign.budget_reported }
e: { max: cost, ${ON}, window: today, corrected: spend, by: campaign.budget_reported }`;
  assert.deepEqual(featureProblems('channel', features), [
    '4:49: `corrected` goes with `window: today`: reports are about a day',
    '5:10: `by` is missing',
    '5:10: `window` is missing',
    '6:15: unknown field `spend` of campaign.click',
    '6:68: unknown field `cost` of campaign.budget_reported',
    '7:56: `corrected` does not go with `max`',
    '7:74: `by` does not go with `max`',
  ]);
});
