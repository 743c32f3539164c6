/** Every mistake that a screen of clicks can have, what is said about it and where. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { featureProblems } from './rule-files.ts';

test('what takes a click back names it, and what it cost is a field of the click', () => {
  const features = `x: { screen: campaign.click, flagged: campaign.impression, spent: price }
y: { screen: campaign.click, spent: cost }
z: { screen: campaign.click, flagged: fraud.flaged, spent: cost }
w: { screen: campaign.impression }`;
  assert.deepEqual(featureProblems('channel', features), [
    '3:43: campaign.impression cannot take a click back: it has no field `click_id`',
    '3:71: unknown field `price` of campaign.click',
    '4:34: `spent` goes with `flagged`: the event that takes a click back',
    '5:43: unknown event type `fraud.flaged` (did you mean `fraud.flagged`?)',
    '6:18: campaign.impression cannot be screened for channel: it has no field `click_id`',
  ]);
});
