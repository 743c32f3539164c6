/** trimStreams: streams lose what is done with, and nothing by what an owner no longer knows; simulated and real Redis. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EntryId } from '../../src/core/entry.ts';
import type { Commit, HistoryStream, OwnerToken, Position } from '../../src/core/ports.ts';
import { type TrimOptions, trimStreams } from '../../src/processor/trim-streams.ts';
import { type RedisSubject, realSubjects } from './contract-subject.ts';
import { storeSubject } from './simulated-store.ts';

const TTL = 600_000;
const NOTHING = { states: [], timers: [], undecided: [], changed: [], ids: [], dropIds: [] };

const realSubject = realSubjects();

/** Three entries in the log, each with a commit that decides, posts, refuses and is late once. */
class Trimmed {
  readonly subject: RedisSubject;
  readonly entries: EntryId[] = [];
  token: OwnerToken = { epoch: 0, nonce: '' };
  committed: Position = { entry: '0-0', commit: 0, entries: 0, incarnation: 1, head: '' };

  constructor(subject: RedisSubject) {
    this.subject = subject;
  }

  static async make(subject: RedisSubject): Promise<Trimmed> {
    const made = new Trimmed(subject);
    await made.acquire('A', 'a');
    for (let i = 0; i < 3; i++) await made.commit();
    return made;
  }

  async acquire(instance: string, nonce: string): Promise<void> {
    const answer = await this.subject.state.acquire(instance, nonce, TTL, this.committed);
    assert.ok(answer.ok);
    ({ token: this.token, position: this.committed } = answer);
  }

  async commit(): Promise<void> {
    const { state, log } = this.subject;
    const from = this.committed;
    const entry = await log.append({ d: '{}' });
    const to = { ...from, entry, commit: from.commit + 1, entries: from.entries + 1 };
    const commit: Commit = {
      ...NOTHING,
      ...{ from, to },
      ...{ out: [['{}', null]], mail: [[1, '{}']], dead: ['{}'], late: ['{}'] },
    };
    assert.deepEqual(await state.commit(this.token, commit, TTL), { ok: true });
    this.entries.push(entry);
    this.committed = to;
    await this.subject.elapse(2);
  }

  async trim(options: Partial<TrimOptions> = {}): Promise<void> {
    const { connection, keys, state } = this.subject;
    // everything is older than that
    const old = { now: (await state.time()) + 5_000, retention: 0, isTight: false, told: undefined };
    const known = { token: this.token, committed: this.committed };
    await trimStreams(connection, keys, { ...old, ...known, ...options });
  }

  ids(stream: HistoryStream): Promise<EntryId[]> {
    const { connection, keys } = this.subject;
    return connection.ask('looking', async (redis) =>
      (await redis.xrange(keys[stream], '-', '+')).map(([id]) => id),
    );
  }

  async lengths(): Promise<number[]> {
    const streams = ['in', 'out', 'dead', 'late'] as const;
    return Promise.all(streams.map(async (stream) => (await this.ids(stream)).length));
  }

  async posted(): Promise<void> {
    const { to } = await this.subject.outbox.mail('0-0', 100);
    assert.equal(await this.subject.place.advance(this.token, '0-0', to), 'OK');
  }
}

const FULL = [3, 6, 3, 3];

for (const kind of ['store', 'real'] as const)
  describe(`trimming, ${kind}`, () => {
    const make = () => Trimmed.make(kind === 'real' ? realSubject() : storeSubject());

    it('keeps the last entry of a log, mail that is not posted, and what is younger than the retention', async () => {
      const world = await make();
      await world.trim({ retention: 60_000 });
      assert.deepEqual(await world.lengths(), FULL);
      await world.trim();
      assert.deepEqual(await world.lengths(), [1, 6, 0, 0]);
      await world.posted();
      await world.trim();
      assert.deepEqual(await world.lengths(), [1, 0, 0, 0]);
    });

    it('keeps what the history and subscriptions have not taken', async () => {
      const world = await make();
      await world.posted();
      const out = await world.ids('out');
      const dead = await world.ids('dead');
      const delivered = { in: world.entries[1], out: out[4], dead: dead[1], late: undefined };
      await world.trim({ delivered: (stream) => delivered[stream] });
      assert.deepEqual(await world.lengths(), [2, 2, 2, 3]);
      await world.trim({ told: out[5] });
      assert.deepEqual(await world.lengths(), [1, 1, 0, 0]);
    });

    it('does nothing by what another owner, or a loss, has made untrue', async () => {
      const world = await make();
      await world.posted();
      await world.subject.mark();
      const before = { token: world.token, committed: world.committed };
      await world.commit();
      await world.commit();
      await world.subject.rollBack('all');
      await world.trim();
      assert.deepEqual(await world.lengths(), FULL, 'commits were lost');
      const lost = world.committed;
      world.committed = before.committed;
      await world.trim({ committed: { ...before.committed, incarnation: 2 } });
      assert.deepEqual(await world.lengths(), FULL, 'of another incarnation');
      await world.acquire('A', 'b');
      await world.trim({ token: before.token });
      assert.deepEqual(await world.lengths(), FULL, 'of another session');
      world.committed = lost;
      await world.acquire('A', 'c');
      assert.equal(world.committed.incarnation, 2, 'the loss is known');
      await world.trim();
      assert.deepEqual(await world.lengths(), [1, 0, 0, 0]);
    });
  });
