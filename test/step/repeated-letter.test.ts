/** Dead letters of entries that the intake sent again after a crash: each counts once. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runEngine, shippedPlan } from './engine-run.ts';

const event = {
  id: 'e1',
  type: 'content.opened',
  time: 1_767_571_200_000,
  data: { lead_id: 1, content_id: 'a' },
};
const changed = { ...event, data: { ...event.data, content_id: 'b' } };
const texts = {
  good: JSON.stringify(event),
  conflict: JSON.stringify(changed),
  unknown: '{"type":"no.such"}',
  broken: '{"type":',
};

test('a letter counts once when its entry comes again, whatever its reason', () => {
  const sent = Object.values(texts).map((d, i) => ({ d, m: `1-${i}.0` }));
  const again = [...sent, ...sent].map((entry, i) => ({ id: `2-${i}`, ...entry }));
  const { dead } = runEngine(shippedPlan(), again);
  assert.deepEqual(
    dead.map(({ reason }) => reason),
    ['id_conflict', 'unknown_type', 'bad_json'],
  );
});

test('the same text sent twice is two letters', () => {
  const log = [texts.good, texts.conflict, texts.conflict, texts.broken, texts.broken].map((d, i) => ({
    id: `3-${i}`,
    d,
    m: `2-${i}.0`,
  }));
  assert.equal(runEngine(shippedPlan(), log).dead.length, 4);
});
