/** The State and Log ports: the simulated and the real Redis give the same replies and keep the same contents. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AcquireAnswer, Commit, Position } from '../../src/core/ports.ts';
import { operation, play } from './contract-script.ts';
import { realSubjects, type Subject, simulatedSubject } from './contract-subject.ts';
import { storeSubject } from './simulated-store.ts';

const TTL = 600_000;

const realSubject = realSubjects();

describe('state contract', () => {
  it('simulated and real Redis agree on random operations', async () => {
    const sequence = fc.array(operation, { minLength: 5, maxLength: 40, size: 'max' });
    const agree = fc.asyncProperty(sequence, async (operations) => {
      const real = realSubject();
      try {
        const replies = await play(real, operations);
        assert.deepEqual(replies, await play(simulatedSubject(), operations));
        assert.deepEqual(replies, await play(storeSubject(), operations));
      } finally {
        await real.dispose();
      }
    });
    await fc.assert(agree, { numRuns: 150 });
  });

  for (const kind of ['simulated', 'store', 'real'] as const)
    describe(kind, () => {
      const subject = () => {
        if (kind === 'real') return realSubject();
        return kind === 'store' ? storeSubject() : simulatedSubject();
      };
      rules(subject);
    });
});

/** One example for each rule that guarantees.md names. */
function rules(make: () => Subject): void {
  it('refuses a partition that another instance holds, and says who and until when', async () => {
    const { state } = make();
    await acquired(state.acquire('A', 'a', TTL));
    const refused = await state.acquire('B', 'b', TTL);
    assert.ok(!refused.ok);
    assert.equal(refused.instance, 'A');
    assert.ok(refused.expires > refused.time);
  });

  it('gives it to another instance after the lease ran out, and fences the old owner', async () => {
    const subject = make();
    const { state } = subject;
    const old = await acquired(state.acquire('A', 'a', 1));
    await subject.elapse(5);
    const taken = await acquired(state.acquire('B', 'b', TTL));
    assert.equal(taken.token.epoch, old.token.epoch + 1);
    const commit = await next(subject, old.position);
    assert.deepEqual(await state.commit(old.token, commit, TTL), { ok: false, reason: 'FENCED' });
    assert.equal(await state.renew(old.token, 0, TTL), false);
    assert.deepEqual((await subject.contents()).states, {});
  });

  it('tells an asker that what it had committed is lost, and the owner goes on under another incarnation', async () => {
    const subject = make();
    const { state } = subject;
    const seen = { entry: `${Date.now() - 60_000}-0`, commit: 7, entries: 5, incarnation: 1, head: '' };
    const { token, position } = await acquired(state.acquire('A', 'a', TTL));
    // the new log has come further than the lost one by then
    const commit = await next(subject, position);
    assert.deepEqual(await state.commit(token, { ...commit, to: { ...commit.to, commit: 9 } }, TTL), {
      ok: true,
    });
    const refused = await state.acquire('B', 'b', TTL, seen);
    assert.deepEqual(refused.ok === false && [refused.tailLost, refused.incarnation], [true, 2]);
    const again = await state.acquire('B', 'b', TTL, seen);
    assert.equal(again.ok === false && again.tailLost, false, 'it is told once');
    const third = await next(subject, { ...commit.to, commit: 9 });
    assert.deepEqual(await state.commit(token, third, TTL), { ok: false, reason: 'STALE' });
    const back = await acquired(state.acquire('A', 'a2', TTL, { ...commit.to, commit: 9 }));
    assert.deepEqual([back.position.incarnation, back.tailLost, back.resendDue], [2, false, true]);
  });

  it('shortens a lease that ends later than a new one would: the clock was set back', async () => {
    const { state } = make();
    await acquired(state.acquire('A', 'a', 60 * TTL));
    const refused = await state.acquire('B', 'b', TTL);
    assert.ok(!refused.ok);
    assert.equal(refused.expires, refused.time + TTL);
    const again = await state.acquire('C', 'c', TTL);
    assert.ok(!again.ok);
    assert.equal(again.expires, refused.expires, 'and asking again makes it no longer');
  });

  it('lets an owner whose lease ran out go on while nobody took its place', async () => {
    const subject = make();
    const { token, position } = await acquired(subject.state.acquire('A', 'a', 1));
    await subject.elapse(5);
    assert.deepEqual(await subject.state.commit(token, await next(subject, position), TTL), { ok: true });
    assert.equal((await subject.state.acquire('B', 'b', TTL)).ok, false, 'the commit renewed the lease');
  });

  it('gives it at once to a new start of the same instance', async () => {
    const { state } = make();
    const old = await acquired(state.acquire('A', 'a', TTL));
    await acquired(state.acquire('A', 'a2', TTL));
    assert.equal(await state.renew(old.token, 0, TTL), false);
  });

  it('gives it at once after a release, which only the owner can do', async () => {
    const { state } = make();
    const first = await acquired(state.acquire('A', 'a', TTL));
    await state.release({ epoch: first.token.epoch, nonce: 'guessed' });
    assert.equal((await state.acquire('B', 'b', TTL)).ok, false);
    await state.release(first.token);
    const second = await acquired(state.acquire('B', 'b', TTL));
    assert.ok(second.token.epoch > first.token.epoch);
    await state.release(first.token);
    assert.equal((await state.acquire('C', 'c', TTL)).ok, false);
  });

  it('refuses a commit from a position that is not the stored one, and writes nothing of it', async () => {
    const subject = make();
    const { token, position } = await acquired(subject.state.acquire('A', 'a', TTL));
    const first = await next(subject, position);
    assert.deepEqual(await subject.state.commit(token, first, TTL), { ok: true });
    const before = await subject.contents();
    const stale = {
      ...(await next(subject, position)),
      to: { ...first.to, entry: first.to.entry, commit: 7 },
    };
    assert.deepEqual(await subject.state.commit(token, stale, TTL), { ok: false, reason: 'STALE' });
    const { log: _, ...contents } = await subject.contents();
    const { log: __, ...expected } = before;
    assert.deepEqual(contents, expected);
  });

  it('refuses a commit that continues another history with the same number', async () => {
    const subject = make();
    const { token, position } = await acquired(subject.state.acquire('A', 'a', TTL));
    const first = await next(subject, position);
    await subject.state.commit(token, first, TTL);
    const other = await next(subject, { ...first.to, entry: '1-1' });
    assert.deepEqual(await subject.state.commit(token, other, TTL), { ok: false, reason: 'STALE' });
  });

  it('knows its own commit when it comes again, and does not do it twice', async () => {
    const subject = make();
    const { token, position } = await acquired(subject.state.acquire('A', 'a', TTL));
    const commit = await next(subject, position);
    for (let times = 0; times < 3; times++)
      assert.deepEqual(await subject.state.commit(token, commit, TTL), { ok: true });
    const { out, ids, position: stored } = await subject.contents();
    assert.deepEqual(out, ['{"decision":1}']);
    assert.deepEqual(ids, { 0: '010203' });
    assert.deepEqual(stored, commit.to);
  });

  it('refuses a commit whose entry the log has no longer', async () => {
    const subject = make();
    const { token, position } = await acquired(subject.state.acquire('A', 'a', TTL));
    await subject.mark();
    const commit = await next(subject, position);
    await subject.rollBack('all');
    assert.deepEqual(await subject.state.commit(token, commit, TTL), { ok: false, reason: 'LOST_TAIL' });
    assert.deepEqual((await subject.contents()).out, []);
  });

  it('does not renew for an owner whose commits were rolled back', async () => {
    const subject = make();
    const { token, position } = await acquired(subject.state.acquire('A', 'a', TTL));
    await subject.mark();
    const commit = await next(subject, position);
    assert.deepEqual(await subject.state.commit(token, commit, TTL), { ok: true });
    assert.equal(await subject.state.renew(token, 1, TTL), true);
    await subject.rollBack('all');
    assert.equal(await subject.state.renew(token, 1, TTL), false);
  });

  it('starts another incarnation when the log is behind the position', async () => {
    const subject = make();
    const first = await acquired(subject.state.acquire('A', 'a', TTL));
    assert.equal(first.tailLost, false);
    assert.equal(first.position.incarnation, 1);
    await subject.mark();
    const commit = await next(subject, first.position);
    await subject.state.commit(first.token, commit, TTL);
    await subject.rollBack('log');
    const second = await acquired(subject.state.acquire('A', 'a2', TTL));
    assert.equal(second.tailLost, true);
    assert.deepEqual(second.position, { ...commit.to, entries: 0, incarnation: 2 });
    assert.deepEqual(await subject.state.commit(second.token, commit, TTL), { ok: false, reason: 'STALE' });
    const onward = await next(subject, second.position);
    assert.deepEqual(await subject.state.commit(second.token, onward, TTL), { ok: true });
    assert.equal((await acquired(subject.state.acquire('A', 'a3', TTL))).tailLost, false);
  });

  it('starts another incarnation when the log grew again past a position it lost', async () => {
    const subject = make();
    const first = await acquired(subject.state.acquire('A', 'a', TTL));
    const kept = await next(subject, first.position);
    await subject.state.commit(first.token, kept, TTL);
    await subject.mark();
    await subject.state.commit(first.token, await next(subject, kept.to), TTL);
    await subject.rollBack('log');
    await subject.elapse(5);
    await subject.log.append({ d: '{}' });
    await subject.log.append({ d: '{}' });
    const second = await acquired(subject.state.acquire('A', 'a2', TTL));
    assert.deepEqual([second.tailLost, second.position.incarnation], [true, 2]);
  });

  it('starts another incarnation when the asker has seen more than is stored', async () => {
    const subject = make();
    const first = await acquired(subject.state.acquire('A', 'a', TTL));
    await subject.mark();
    const commit = await next(subject, first.position);
    await subject.state.commit(first.token, commit, TTL);
    await subject.rollBack('all');
    const second = await acquired(subject.state.acquire('A', 'a2', TTL, commit.to));
    assert.deepEqual(second.position, { ...first.position, incarnation: 2 });
    assert.equal(second.tailLost, true);
    const third = await acquired(subject.state.acquire('A', 'a3', TTL, commit.to));
    assert.deepEqual([third.tailLost, third.position.incarnation], [false, 2], 'told once');
  });

  it('never gives an incarnation twice when even the last one was lost', async () => {
    const subject = make();
    const { position } = await acquired(subject.state.acquire('A', 'a', TTL));
    const seen = { ...position, incarnation: 3 };
    const second = await acquired(subject.state.acquire('A', 'a2', TTL, seen));
    assert.deepEqual([second.tailLost, second.position.incarnation], [true, 4]);
  });

  it('does not take a trimmed log for a lost one', async () => {
    const subject = make();
    const first = await acquired(subject.state.acquire('A', 'a', TTL));
    const commit = await next(subject, first.position);
    await subject.state.commit(first.token, commit, TTL);
    await subject.elapse(2);
    const later = await subject.log.append({ d: '{}' });
    await subject.log.trim(later);
    const second = await acquired(subject.state.acquire('A', 'a2', TTL, commit.to));
    assert.deepEqual([second.tailLost, second.position], [false, commit.to]);
  });

  it('waits for an entry at most as long as asked, and not at all once there is one', async () => {
    const subject = make();
    const nothing = subject.log.read('0-0', 10, 20);
    await new Promise((resolve) => setImmediate(resolve));
    await subject.elapse(20);
    assert.deepEqual(await nothing, []);
    const something = subject.log.read('0-0', 10, 1000);
    await new Promise((resolve) => setImmediate(resolve));
    const id = await subject.log.append({ d: '{}' });
    assert.deepEqual(await something, [{ id, d: '{}' }]);
  });
}

async function acquired(answer: Promise<AcquireAnswer>): Promise<Extract<AcquireAnswer, { ok: true }>> {
  const settled = await answer;
  assert.ok(settled.ok, 'the partition was refused');
  return settled;
}

/** A commit of one new entry. */
async function next(subject: Subject, from: Position): Promise<Commit> {
  const entry = await subject.log.append({ d: '{"type":"tick","time":1}' });
  return {
    from,
    to: {
      ...from,
      entry,
      commit: from.commit + 1,
      entries: from.entries + 1,
      head: `head ${from.commit + 1}`,
    },
    states: [['lead:1', '{"v":1}']],
    timers: [['lead:1', 60_000]],
    out: [['{"decision":1}', 'lead:1#score']],
    undecided: [],
    mail: [],
    changed: ['lead:1'],
    dead: [],
    late: [],
    ids: [[0, Uint8Array.of(1, 2, 3)]],
    dropIds: [],
  };
}
