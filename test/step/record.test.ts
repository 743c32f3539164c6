/** Records: an entity read back goes on like the one that was written; version 1 is still read (guarantee G10). */

import assert from 'node:assert/strict';
import test from 'node:test';
import { leadTraffic } from '../../bench/lead-traffic.ts';
import { WeirError } from '../../src/core/errors.ts';
import { DAY, type Millis } from '../../src/core/units.ts';
import { decode } from '../../src/step/decode.ts';
import { type Detecting, encodeDetector } from '../../src/step/detect.ts';
import type { Entity } from '../../src/step/entity.ts';
import { lastDecision } from '../../src/step/last-decision.ts';
import { encodeLearned, type LearnedState } from '../../src/step/learned-states.ts';
import { PartitionState } from '../../src/step/partition-state.ts';
import { decodeEntity, encodeEntity } from '../../src/step/record.ts';
import { encodeResponse, type Responding } from '../../src/step/respond.ts';
import { keepsValue, type Result } from '../../src/step/result.ts';
import { step } from '../../src/step/step.ts';
import { shippedPlan } from './engine-run.ts';

const plan = shippedPlan();
const LAYOUTS = new Map();

/** A week of leads and a few campaigns. */
function told(): { state: PartitionState; decisions: Map<string, { value: unknown; reasons: unknown }> } {
  const state = new PartitionState(0, plan, { incarnation: 1 });
  const decisions = new Map();
  let n = 0;
  const apply = (text: string) => {
    n += 1;
    const entry = { id: `${n}-0`, d: text };
    for (const item of decode(entry, plan.events, { clock: 'log' })) step(state, entry, item);
  };
  for (const { text } of leadTraffic({ events: 1500, leads: 60, seed: 7 })) apply(text);
  for (let i = 0; i < 90; i++) {
    const time = new Date(state.streamTime + 1000 * i).toISOString();
    const data = { campaign_id: `c${i % 3}`, channel: ['jooble', 'indeed'][i % 2], cost: 1 + i / 7 };
    if (i < 3) {
      const channels = [
        { channel: 'jooble', budget: 100 },
        { channel: 'indeed', budget: 60 },
      ];
      apply(JSON.stringify({ type: 'campaign.created', time, data: { campaign_id: `c${i}`, channels } }));
    }
    const type = i % 4 === 0 ? 'campaign.application' : 'campaign.click';
    apply(JSON.stringify({ type, time, data }));
  }
  for (const [text] of state.collect().out) {
    const decision = JSON.parse(text);
    if (decision.error === undefined)
      decisions.set(`${decision.kind}:${decision.entity}#${decision.rule}`, decision);
  }
  return { state, decisions };
}

/** The form of version 1. */
function encodeVersion1(entity: Entity): string {
  const states: unknown[] = [];
  for (const node of entity.kind.nodes) {
    if (node.type === 'calc') continue;
    const state = entity.states[node.state];
    if (node.type === 'aggregate')
      states[node.state] = node.aggregate.encode(state ?? node.aggregate.create());
    else if (node.type === 'group') states[node.state] = [...(state as Map<string, unknown[]>)];
    else if (node.type === 'lookup') states[node.state] = state;
    else if (node.type === 'learned') states[node.state] = encodeLearned(state as LearnedState);
    else if (node.type === 'detector')
      states[node.state] = encodeDetector(node, state as Detecting | undefined);
    else if (node.type === 'response') states[node.state] = encodeResponse(state as Responding | undefined);
    else if (node.type === 'rule') {
      const {
        published,
        count,
        decision,
        decidedAt,
        ranAt,
        waiting,
        dueSince,
        holds,
        expires,
        failing,
        value,
      } = state as Result;
      const kept = keepsValue(node.rule) ? value : undefined;
      const values = [published, count, decision, decidedAt, ranAt, waiting || null];
      states[node.state] = [...values, dueSince, holds, expires, failing, kept];
    }
  }
  return JSON.stringify([1, entity.kind.layout.id, states, entity.person]);
}

function facts(entity: Entity, inputs = true): unknown {
  const results = entity.kind.nodes.flatMap((node) =>
    node.type === 'rule'
      ? [{ ...(entity.states[node.state] as Result), ...(inputs ? {} : { inputs: 0 }) }]
      : [],
  );
  return JSON.parse(JSON.stringify([entity.slots, entity.next, entity.due, entity.person, results]));
}

const read = (record: string, key: string, now: Millis) => decodeEntity(plan, key, record, LAYOUTS, now);
const { state, decisions } = told();
const now = state.streamTime;

test('an entity read back has the same values, now and later, and is written the same again', () => {
  for (const [key, entity] of state.entities) {
    const record = encodeEntity(entity);
    const again = read(record, key, now);
    assert.deepEqual(facts(again), facts(read(encodeEntity(again), key, now)));
    assert.equal(encodeEntity(again), record);
    assert.deepEqual(again.slots, entity.slots, key);
    const later = now + 9 * DAY;
    assert.deepEqual(facts(read(record, key, later)), facts(read(encodeEntity(again), key, later)));
  }
});

test('a record of version 1 gives the same entity, but for what it did not hold', () => {
  for (const [key, entity] of state.entities) {
    const old = read(encodeVersion1(entity), key, now);
    assert.deepEqual(facts(old, false), facts(read(encodeEntity(entity), key, now), false), key);
  }
});

test('a record is at most two thirds as long as in version 1, decisions included', () => {
  let [length, before] = [0, 0];
  for (const entity of state.entities.values()) {
    length += encodeEntity(entity).length;
    before += encodeVersion1(entity).length;
  }
  assert.ok(length < (before * 2) / 3, `${length} of ${before}`);
});

test('last decisions are made again as they were published', () => {
  let made = 0;
  for (const [key, entity] of state.entities) {
    const again = read(encodeEntity(entity), key, now);
    for (const node of entity.kind.nodes) {
      if (node.type !== 'rule' || node.rule.shape.type === 'allocate') continue;
      const published = decisions.get(`${key}#${node.rule.name}`);
      const last = lastDecision(again, node);
      assert.equal(last === undefined, published === undefined);
      if (!published) continue;
      made += 1;
      assert.deepEqual(JSON.parse(JSON.stringify(last)), {
        value: published.value,
        reasons: published.reasons,
      });
    }
  }
  assert.ok(made > 100);
});

test('a record of a later version is refused as such', () => {
  const entity = [...state.entities.values()][0] as Entity;
  const later = `3${encodeEntity(entity).slice(1)}`;
  assert.throws(
    () => read(later, entity.key, now),
    (error) => error instanceof WeirError && error.code === 'newer_state',
  );
});
