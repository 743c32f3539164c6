/** Reasons: a decision by which an entity is on no line any more says what the rule read, also when it is made again. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Decision } from '../../src/core/decision.ts';
import type { Plan } from '../../src/rules/plan.ts';
import type { RuleNode } from '../../src/rules/plan-node.ts';
import { decode } from '../../src/step/decode.ts';
import { lastDecision } from '../../src/step/last-decision.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { decodeEntity, encodeEntity } from '../../src/step/record.ts';
import { step } from '../../src/step/step.ts';
import { smallRules } from '../simulation/world/rules.ts';

const START = 1_767_600_000_000;
const MINUTE = 60_000;

test('whoever leaves the last line is told why, now and from the record', async () => {
  const { versions } = await smallRules(1);
  const { plan } = versions[0] as { plan: Plan };
  const state = new PartitionState(0, plan, { incarnation: 1 });
  let n = 0;
  const tell = (type: string, minutes: number) => {
    n += 1;
    const time = START + minutes * MINUTE;
    const entry = {
      id: `${n}-0`,
      d: JSON.stringify({ id: `e${n}`, type, time, lead_id: '1', content_id: 'a' }),
    };
    for (const item of decode(entry, plan.events, { clock: 'log' })) step(state, entry, item);
  };
  // nothing opened for a while: quiet; then something is
  tell('lead.updated', 0);
  tell('lead.updated', 5);
  tell('content.opened', 10);
  tell('lead.updated', 15);
  const decisions = state
    .collect()
    .out.map(([text]) => JSON.parse(text) as Decision)
    .filter(({ rule }) => rule === 'tier');
  const last = decisions.at(-1);
  assert.deepEqual([last?.value, last?.left], [[], ['quiet']]);
  assert.deepEqual(last?.reasons, [{ name: 'tier', inputs: { score: 3, opens_1h: 1 } }]);

  const lead = state.entity('lead', '1');
  const record = encodeEntity(lead);
  const read = decodeEntity(plan, lead.key, record, new Map(), state.streamTime);
  const node = read.kind.nodes.find(({ type, name }) => type === 'rule' && name === 'tier') as RuleNode;
  assert.deepEqual(lastDecision(read, node), { value: [], reasons: last?.reasons });
});
