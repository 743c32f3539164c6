/** What is kept of actions: the last decided ones, and each pause until its channel is brought back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Action, emptyActions, keep } from '../../../src/step/actions/action.ts';

const PLAN = { kind: 'channel', entity: 'c1/jooble' };

function applied(id: string, word: string, more: object = {}): Action {
  return { id, word, status: 'applied', kind: 'campaign', entity: 'c1', ...more } as unknown as Action;
}

test('a pause is kept through any number of other actions, until its channel is brought back', () => {
  const state = emptyActions();
  keep(state, applied('p', 'pause', PLAN));
  for (let n = 0; n < 100; n++) keep(state, applied(`b${n}`, 'channel_reallocation'));
  assert.equal(state.actions.length, 17);
  assert.equal(state.actions[0]?.id, 'p');
  assert.equal(state.actions[1]?.id, 'b84');
  keep(state, applied('r', 'resume', PLAN));
  const gone = keep(state, applied('last', 'channel_reallocation'));
  assert.ok(!state.actions.some(({ id }) => id === 'p'), 'brought back, it is one of many');
  assert.ok(state.actions.some(({ id }) => id === 'r'));
  assert.ok(gone.length > 0);
  assert.equal(state.actions.length, 16);
});

test('of two pauses of a channel the later one is what its way back needs', () => {
  const state = emptyActions();
  keep(state, applied('p1', 'pause', PLAN));
  keep(state, applied('p2', 'pause', PLAN));
  for (let n = 0; n < 40; n++) keep(state, applied(`b${n}`, 'channel_reallocation'));
  assert.deepEqual(
    state.actions.filter(({ word }) => word === 'pause').map(({ id }) => id),
    ['p2'],
  );
});
