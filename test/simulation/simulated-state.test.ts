/** The simulated Redis: its faults do what their names say. What it stores is held true by the contract suite. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WeirError } from '../../src/core/errors.ts';
import type { Commit, Position } from '../../src/core/ports.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedPartition } from './simulated-partition.ts';
import {
  type Fate,
  SimulatedConnection,
  SimulatedLog,
  SimulatedState,
  type Wire,
} from './simulated-state.ts';

const TTL = 5_000;

function setUp(wire: Wire = {}) {
  const clock = new SimulatedClock(1_000);
  const partition = new SimulatedPartition(() => clock.now());
  const connection = new SimulatedConnection(partition, wire);
  return {
    clock,
    partition,
    connection,
    state: new SimulatedState(connection),
    log: new SimulatedLog(connection, clock),
  };
}

async function owned(state: SimulatedState) {
  const answer = await state.acquire('A', 'a', TTL);
  assert.ok(answer.ok);
  return answer;
}

function outOnly(from: Position): Commit {
  const to = { ...from, commit: from.commit + 1 };
  return {
    from,
    to,
    states: [],
    timers: [],
    undecided: [],
    out: [['one', null]],
    mail: [],
    changed: [],
    dead: [],
    late: [],
    ids: [],
    dropIds: [],
  };
}

describe('simulated state', () => {
  const faults: [Fate, done: number, answered: boolean][] = [
    ['through', 1, true],
    ['request_lost', 0, false],
    ['reply_lost', 1, false],
    ['sent_twice', 1, true],
  ];
  for (const [fate, done, answered] of faults)
    it(`${fate}: a commit is done ${done} times and ${answered ? '' : 'not '}answered`, async () => {
      const { state, partition, connection } = setUp({
        request: (operation) => (operation === 'commit' ? fate : 'through'),
      });
      const { token, position } = await owned(state);
      const commit = state.commit(token, outOnly(position), TTL);
      if (answered) assert.deepEqual(await commit, { ok: true });
      else await assert.rejects(commit, isAway);
      assert.equal(partition.contents().out.length, done);
      assert.equal(connection.session, answered ? 0 : 1);
    });

  it('a request under way lands after its connection closed, and a later one with its token is not sent', async () => {
    let pass = () => {};
    const slow = new Promise<Fate>((resolve) => {
      pass = () => resolve('through');
    });
    const { state, partition, connection } = setUp({
      request: (operation) => (operation === 'commit' ? slow : 'through'),
    });
    const { token, position } = await owned(state);
    const commit = state.commit(token, outOnly(position), TTL);
    connection.close();
    pass();
    await assert.rejects(commit, isAway);
    assert.equal(partition.contents().out.length, 1);
    await assert.rejects(state.renew(token, 1, TTL), isAway);
  });

  it('a log tells of a close once', async () => {
    const { log, connection } = setUp();
    const id = await log.append({ d: '{}' });
    connection.close();
    await assert.rejects(log.read('0-0', 10, 0), isAway);
    assert.deepEqual(await log.read('0-0', 10, 0), [{ id, d: '{}' }]);
  });

  it('a waiting read ends with the wait or with the first entry', async () => {
    const { log, clock } = setUp();
    const nothing = log.read('0-0', 10, 400);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(clock.next(), 1_400);
    clock.advance(400);
    assert.deepEqual(await nothing, []);
    const something = log.read('0-0', 10, 400);
    await new Promise((resolve) => setImmediate(resolve));
    await log.append({ d: '{}' });
    assert.equal((await something).length, 1);
    assert.equal(clock.next(), Number.POSITIVE_INFINITY);
  });

  it('a lease ends when told to, before its time', async () => {
    const { state, partition } = setUp();
    await owned(state);
    assert.equal((await state.acquire('B', 'b', TTL)).ok, false);
    partition.expireLease();
    assert.equal((await state.acquire('B', 'b', TTL)).ok, true);
  });

  it('a tail is lost write by write, and nothing but the tail', async () => {
    const { state, log, partition } = setUp();
    const seen = [JSON.stringify(partition.contents())];
    const { token, position } = await owned(state);
    seen.push(JSON.stringify(partition.contents()));
    const first = await log.append({ d: '1' });
    seen.push(JSON.stringify(partition.contents()));
    const commit = {
      ...outOnly(position),
      states: [['lead:1', 'x']] as const,
      timers: [['lead:1', 5]] as const,
    };
    await state.commit(token, { ...commit, to: { ...commit.to, entry: first } }, TTL);
    seen.push(JSON.stringify(partition.contents()));
    await log.append({ d: '2' });
    await log.trim((await log.append({ d: '3' })) as string);
    for (let mark = seen.length - 1; mark >= 0; mark--) {
      partition.rollBack(mark);
      assert.equal(JSON.stringify(partition.contents()), seen[mark]);
    }
  });
});

function isAway(error: unknown): boolean {
  return error instanceof WeirError && error.code === 'redis_away';
}
