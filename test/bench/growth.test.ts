/** The folds of growth count right, and few rules run for an event, however many there are. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ruleGrowth } from '../../bench/growth/rule-growth.ts';
import { windowGrowth } from '../../bench/growth/window-growth.ts';
import { DAY, HOUR } from '../../src/core/units.ts';

it('one rule in a hundred runs for an event, and every count is right', () => {
  const { share, exact } = ruleGrowth(100, 1000, 1);
  assert.ok(exact);
  assert.ok(share > 0.005 && share < 0.02, `${share} of the rules ran`);
});

it('windows of any length count right', () => {
  for (const [window, length] of [
    ['1h', HOUR],
    ['28d', 28 * DAY],
  ] as const)
    assert.ok(windowGrowth(window, length, 1000, 1).exact);
});
