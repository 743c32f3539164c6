/** Why a rule did not fire: the part that is missing, of a condition, of the nearest line, of the next class. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode } from '../../src/step/decode.ts';
import { explain } from '../../src/step/explain.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { step } from '../../src/step/step.ts';
import { planOf } from './engine-run.ts';

const HEAD = 'description: d\nowner: o\nversion: 1\nfor: lead\n';
const plan = planOf([
  { path: 'config/weir.yaml', text: 'timezone: UTC\nentities: { lead: { key: lead_id } }\n' },
  {
    path: 'config/rules.yaml',
    text: `
features:
  lead:
    opens: { count: content.opened }
    done: { count: content.completed }
---
rule: score
${HEAD}factors: { opens: 10 * opens }
classes: [{ class: hot, above: 50 }, { class: warm, from: 25 }, { class: cold }]
---
rule: gated
${HEAD}when: opens >= 3 and done > 0
value: opens
---
rule: groups
${HEAD}pick:
  - { name: busy, when: opens > 100 }
  - { name: reader, when: opens >= 3 or done >= 2 }
  - { name: any, when: opens > 0, until: opens > 50 }
`,
  },
]);

function told(opens: number) {
  const state = new PartitionState(0, plan);
  for (let i = 1; i <= opens; i++) {
    const event = {
      id: `e${i}`,
      type: 'content.opened',
      time: 1_767_571_200_000 + i,
      lead_id: '1',
      content_id: 'c',
    };
    const entry = { id: `${i}-0`, d: JSON.stringify(event) };
    for (const item of decode(entry, plan.events, { clock: 'log' })) step(state, entry, item);
  }
  const lead = state.entities.get('lead:1');
  assert.ok(lead);
  return new Map(explain(lead, state.streamTime, new Map()).map((result) => [result.rule, result]));
}

test('a condition that fails is named with what it lacks', () => {
  const gated = told(2).get('gated');
  assert.equal(gated?.when?.holds, false);
  assert.equal(gated?.nearest?.name, 'when');
  assert.deepEqual(
    gated?.nearest?.missing.map(({ text, left, off_by }) => [text, left, off_by]),
    [['opens >= 3', 2, 1], ['done > 0', 0, 0]],
  ); // biome-ignore format: two parts
});

test('of the lines that do not hold the nearest is named', () => {
  const groups = told(2).get('groups');
  assert.equal(groups?.nearest?.name, 'reader');
  assert.deepEqual(
    groups?.nearest?.missing.map(({ text }) => text),
    ['opens >= 3'],
  );
  assert.deepEqual(
    groups?.reasons.map(({ name, holds }) => [name, holds]),
    [
      ['busy', false],
      ['reader', false],
      ['any', true],
    ],
  );
});

test('a number is told how far it is from the next class', () => {
  const { nearest, value } = told(3).get('score') ?? {};
  assert.deepEqual(value, { value: 30, class: 'warm' });
  assert.deepEqual(nearest, {
    name: 'hot',
    missing: [{ text: 'value > 50', holds: false, operator: '>', left: 30, right: 50, off_by: 20 }],
  });
  assert.equal(told(6).get('score')?.nearest, null, 'there is none above');
});
