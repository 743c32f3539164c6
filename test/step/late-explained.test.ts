/** A decision that a late event caused says so wherever it is explained, also after its record was read back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KindPlan } from '../../src/rules/plan.ts';
import { decode } from '../../src/step/decode.ts';
import { explain } from '../../src/step/explain.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { decodeEntity, encodeEntity } from '../../src/step/record.ts';
import { step } from '../../src/step/step.ts';
import { planOf } from './engine-run.ts';

const START = Date.UTC(2026, 0, 5);
const plan = planOf([
  { path: 'config/weir.yaml', text: 'timezone: UTC\nentities: { lead: { key: lead_id } }\n' },
  {
    path: 'config/rules.yaml',
    text: `
features: { lead: { opens: { count: content.opened } } }
---
rule: warmth
description: d
owner: o
version: 1
for: lead
value: opens
`,
  },
]);

test('a late decision is explained as one that amends the decision before it', () => {
  const state = new PartitionState(0, plan);
  let entry = 0;
  const open = (id: string, time: number) => {
    entry += 1;
    const log = {
      id: `${entry}-0`,
      d: JSON.stringify({ id, type: 'content.opened', time, lead_id: '1', content_id: id }),
    };
    for (const item of decode(log, plan.events, { clock: 'log' })) step(state, log, item);
    const lead = state.entities.get('lead:1');
    assert.ok(lead);
    const [said] = explain(lead, state.streamTime, new Map());
    const layouts = new Map([[(lead.kind as KindPlan).layout.id, lead.kind.layout]]);
    const readBack = decodeEntity(plan, 'lead:1', encodeEntity(lead), layouts, state.streamTime);
    assert.deepEqual(explain(readBack, state.streamTime, new Map())[0], said);
    return said;
  };
  const first = open('a', START + 1000);
  assert.deepEqual([first?.late, first?.amends], [undefined, undefined]);
  const late = open('b', START);
  assert.deepEqual([late?.late, late?.amends], [true, first?.decision_id]);
  const next = open('c', START + 2000);
  assert.deepEqual([next?.late, next?.amends], [undefined, undefined]);
});
