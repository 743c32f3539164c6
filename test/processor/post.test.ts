/** post: whatever fails, all mail reaches the logs it is meant for, and its last copies stand in order. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Mail } from '../../src/core/mail.ts';
import type { OwnerToken, Position } from '../../src/core/ports.ts';
import { Post } from '../../src/processor/post.ts';
import { SimulatedClock } from '../simulation/simulated-clock.ts';
import { SimulatedPartition } from '../simulation/simulated-partition.ts';
import {
  type Fate,
  SimulatedConnection,
  SimulatedLog,
  SimulatedMailbox,
  type Wire,
} from '../simulation/simulated-state.ts';
import { until } from '../simulation/until.ts';

const PARTITIONS = 3;
const TTL = 600_000;

/** Partitions with mail, their owner, and posts that work for it. */
class World {
  readonly clock = new SimulatedClock(1_800_000_000_000);
  readonly partitions = Array.from(
    { length: PARTITIONS },
    () => new SimulatedPartition(() => this.clock.now()),
  );
  readonly notices: string[] = [];
  readonly counts = new Map<string, number>();
  private nonces = 0;
  private readonly tokens: OwnerToken[] = [];
  private readonly positions: Position[] = [];
  private stopping = new AbortController();
  private post: Post | undefined;

  constructor() {
    for (const number of this.partitions.keys()) this.acquire(number);
  }

  acquire(number: number): void {
    const answer = this.partitions[number]?.acquire('A', `nonce ${this.nonces++}`, TTL);
    assert.ok(answer?.ok);
    this.tokens[number] = answer.token;
    this.positions[number] = answer.position;
  }

  /** A commit with a decision, this mail, and another decision after it. */
  commit(number: number, mail: readonly Mail[]): void {
    const from = this.positions[number] as Position;
    const to = { ...from, commit: from.commit + 1 };
    const nothing = {
      states: [],
      timers: [],
      undecided: [],
      changed: [],
      dead: [],
      late: [],
      ids: [],
      dropIds: [],
    };
    const partition = this.partitions[number] as SimulatedPartition;
    const commit = { from, to, ...nothing, out: [['{}', null] as const], mail };
    assert.ok(partition.commit(this.tokens[number] as OwnerToken, commit, TTL).ok);
    this.positions[number] = to;
    if (mail.length > 0) this.post?.wake(number);
  }

  /** A process that posts; the one before is gone. */
  start(wire: Wire = {}, owns: (partition: number) => boolean = () => true): void {
    this.stopping.abort();
    this.stopping = new AbortController();
    const connections = this.partitions.map((partition) => new SimulatedConnection(partition, wire));
    const mailboxes = connections.map((connection) => new SimulatedMailbox(connection));
    this.post = new Post({
      mailboxes,
      places: mailboxes,
      logs: connections.map((connection) => new SimulatedLog(connection, this.clock)),
      token: (partition) => (owns(partition) ? this.tokens[partition] : undefined),
      clock: this.clock,
      meter: {
        count: (_, labels) =>
          this.counts.set(labels?.type ?? '', (this.counts.get(labels?.type ?? '') ?? 0) + 1),
        observe: () => undefined,
        gauge: () => undefined,
      },
      onNotice: (notice) => this.notices.push(notice),
    });
    void this.post.run(this.stopping.signal);
  }

  stop(): void {
    this.stopping.abort();
  }

  async posted(what: string, from = [0, 1, 2]): Promise<void> {
    const done = (number: number) => {
      const { posted, lastMail } = (this.partitions[number] as SimulatedPartition).contents();
      return lastMail === undefined || (posted ?? -1) >= lastMail;
    };
    await until(this.clock, () => from.every(done), what);
  }

  received(number: number): string[] {
    return (this.partitions[number] as SimulatedPartition).contents().log.map(({ d }) => d as string);
  }
}

const line = (from: number, n: number) => JSON.stringify({ type: 'shared.partial', from, n });

describe('post', () => {
  it('brings each piece once to each log it is meant for, in the order of the commits', async () => {
    const world = new World();
    world.start();
    world.commit(0, [
      [1, line(0, 1)],
      ['*', line(0, 2)],
    ]);
    world.commit(0, []);
    world.commit(0, [
      [1, line(0, 3)],
      [0, line(0, 4)],
    ]);
    await world.posted('mail of partition 0');
    assert.deepEqual(world.received(0), [line(0, 2), line(0, 4)]);
    assert.deepEqual(world.received(1), [line(0, 1), line(0, 2), line(0, 3)]);
    assert.deepEqual(world.received(2), [line(0, 2)]);
    assert.deepEqual(Object.fromEntries(world.counts), { 'shared.partial': 4 });
    world.stop();
  });

  it('finds what was committed before it started, over many decisions', async () => {
    const world = new World();
    for (let n = 0; n < 700; n++) world.commit(2, []);
    for (let n = 0; n < 700; n++) world.commit(2, [[0, line(2, n)]]);
    world.start();
    await world.posted('old mail');
    assert.deepEqual(
      world.received(0),
      Array.from({ length: 700 }, (_, n) => line(2, n)),
    );
    world.stop();
  });

  it('leaves alone what another instance owns, and stops when it is fenced', async () => {
    const world = new World();
    world.commit(0, [[1, line(0, 1)]]);
    world.commit(2, [[1, line(2, 1)]]);
    world.start({}, (partition) => partition !== 0);
    await world.posted('mail of partition 2', [2]);
    assert.deepEqual(world.received(1), [line(2, 1)]);
    world.stop();
    // acquired by another process, which the one that posts has not noticed
    world.commit(2, [[1, line(2, 2)]]);
    const stale = world.partitions[2]?.acquire('A', 'another', TTL);
    assert.ok(stale?.ok);
    const before = world.partitions[2]?.contents().posted;
    world.start();
    await world.posted('mail of partition 0', [0]);
    assert.equal(world.partitions[2]?.contents().posted, before, 'a stale token moves nothing');
    world.stop();
  });

  it('says so when the outbox was lost, and goes on from its beginning', async () => {
    const world = new World();
    world.start();
    world.commit(0, [[1, line(0, 1)]]);
    await world.posted('the first');
    world.stop();
    world.partitions[0]?.loseOutbox();
    world.clock.advance(5);
    world.start();
    await until(world.clock, () => world.notices.length > 0, 'the notice');
    world.commit(0, [[1, line(0, 2)]]);
    await world.posted('the second');
    assert.deepEqual(world.received(1), [line(0, 1), line(0, 2)]);
    assert.deepEqual(world.notices, [
      'Redis lost the end of an outbox: its mail is posted again from the beginning',
    ]);
    world.stop();
  });

  it('loses nothing, whatever requests and replies are lost and whenever it dies', async () => {
    const fate = fc.constantFrom<Fate>('through', 'through', 'request_lost', 'reply_lost', 'sent_twice');
    const target = fc.constantFrom<number | '*'>(0, 1, 2, '*');
    const commits = fc.array(fc.tuple(fc.nat(PARTITIONS - 1), fc.array(target, { maxLength: 3 })), {
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(
        commits,
        fc.array(fate),
        fc.array(fc.nat(12), { maxLength: 4 }),
        async (all, fates, lives) => {
          const world = new World();
          const expected: string[][] = [[], [], []];
          all.forEach(([from, targets], n) => {
            const mail = targets.map((to, i): Mail => [to, line(from, n * 10 + i)]);
            for (const [to, text] of mail)
              for (const log of to === '*' ? expected : [expected[to] as string[]]) log.push(text);
            world.commit(from, mail);
          });
          for (const life of lives) {
            let calls = 0;
            const wire: Wire = {
              request: () =>
                ++calls > life ? new Promise<never>(() => undefined) : (fates.pop() ?? 'through'),
            };
            world.start(wire);
            await until(world.clock, () => calls > life || allPosted(world), `a life of ${life} calls`);
          }
          world.start({ request: () => fates.pop() ?? 'through' });
          await world.posted('the rest');
          for (let number = 0; number < PARTITIONS; number++)
            for (let from = 0; from < PARTITIONS; from++)
              assert.deepEqual(
                lastCopies(world.received(number), from),
                lastCopies(expected[number] as string[], from),
              );
          world.stop();
        },
      ),
      { numRuns: 60 },
    );
  });
});

function allPosted(world: World): boolean {
  return world.partitions.every((partition) => {
    const { posted, lastMail } = partition.contents();
    return lastMail === undefined || (posted ?? -1) >= lastMail;
  });
}

/** The texts of one sender, each at its last place. */
function lastCopies(texts: readonly string[], from: number): string[] {
  return texts.filter((text, i) => texts.lastIndexOf(text) === i && JSON.parse(text).from === from);
}
