/** What the shipped `timing` takes for realised: the same hours by what is known of the channel later. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayPlan } from '../../../src/models/market/day-plan.ts';
import type { RuleNode } from '../../../src/rules/plan-node.ts';
import { curveOf, told } from '../allocation-trial.ts';
import { shippedPlan } from '../engine-run.ts';

test('a schedule is judged by the curve of two days later, and by nothing where there is none', () => {
  const plan = shippedPlan();
  const node = plan.kindOf
    .get('channel')
    ?.nodes.find((each): each is RuleNode => each.type === 'rule' && each.rule.name === 'timing');
  const later = node?.rule.acting?.impact?.later;
  assert.ok(later);
  const [before, after] = [
    [0.3, 0.3, 1, 2, 2, 1, 1, 0.4],
    [0.6, 0.6, 1, 1.5, 1.5, 1, 1, 0.7],
  ].map((rate_block) => curveOf(0.5, 10, 0.06, { rate_block }));
  assert.ok(before && after);
  const { hours } = dayPlan(before, 100, 0);
  const realised = (rows: readonly object[]) => {
    const campaign = plan.kindOf.get('campaign');
    const slots: unknown[] = [];
    slots[campaign?.slotOf.get('channels') ?? -1] = rows;
    const proposal = { channel: 'a', campaign_id: 'c1', hours, applied: true };
    return later.realised.evaluate({ slots, input: { proposal }, time: 0, zone: 'UTC', currency: 'EUR' });
  };
  const rows = [
    { channel: 'b', response: told(before) },
    { channel: 'a', response: told(after) },
  ];
  const { value, low, high, confidence } = realised(rows) as Record<string, number>;
  const { gain } = dayPlan(after, 100, 0, hours);
  assert.equal(value, Math.round(1000 * gain) / 10);
  assert.ok(
    (low as number) < (value as number) && (high as number) > (value as number) && (confidence as number) > 0,
  );
  assert.equal(realised([{ channel: 'a' }]), undefined);
});
