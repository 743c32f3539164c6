/** takeUp: what was written under one rule set is read under every later one, also by who wrote it and evicted it. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Plan } from '../../src/rules/plan.ts';
import { decode } from '../../src/step/decode.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { step } from '../../src/step/step.ts';
import { smallRules } from '../simulation/world/rules.ts';

test('an entity written and evicted between two changes of rules is read under the second', async () => {
  const { versions } = await smallRules(1);
  const [first, second, third] = versions.map(({ plan }) => plan) as [Plan, Plan, Plan];
  const state = new PartitionState(0, first, { incarnation: 1 });
  const stored = new Map<string, string | null>();
  let n = 0;
  const tell = (id: string) => {
    n += 1;
    const event = { type: 'lead.updated', time: 1_767_600_000_000 + n, lead_id: id, base_score: n };
    const entry = { id: `${n}-0`, d: JSON.stringify(event) };
    const known = stored.get(`lead:${id}`);
    if (!state.entities.has(`lead:${id}`)) state.admit(`lead:${id}`, known ?? undefined);
    for (const item of decode(entry, state.plan.events, { clock: 'log' })) step(state, entry, item);
    for (const [key, record] of state.collect().states) stored.set(key, record);
  };
  tell('1');
  state.takeUp(second);
  tell('1');
  for (let other = 2; other < 6; other++) tell(String(other));
  state.horizon = 0;
  state.evict(1);
  assert.ok(!state.entities.has('lead:1'));
  state.takeUp(third);
  tell('1');
  const { kind, slots } = state.entity('lead', '1');
  const score = kind.nodes.find(({ name }) => name === 'base_score')?.slot as number;
  assert.equal(slots[score], n);
});
