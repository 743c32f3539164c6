/** Random sequences of operations on a partition, and the replies to them in words that no clock shows in. */

import fc from 'fast-check';
import type { EntryId } from '../../src/core/entry.ts';
import type { Commit, OwnerToken, Position } from '../../src/core/ports.ts';
import type { Subject } from './contract-subject.ts';

const LONG = 600_000;
/** Run out after `elapse`, on any machine. */
const SHORT = 1;
const START: Position = { entry: '0-0', commit: 0, entries: 0, incarnation: 1, head: '' };

const entity = fc.constantFrom(
  'lead:1',
  'lead:2',
  'lead:ñandú',
  'channel:c1/jooble',
  'lead:__proto__',
  'source.part:a.b:c',
  'source:a.b',
  'all:all',
  'lead:mail@x.com',
  'lead:',
);
const text = fc.constantFrom(
  '',
  '{"v":1}',
  '{"name":"Íñigo 🎈"}',
  'line\r\nend',
  '\u0000\uFFFD',
  'x'.repeat(3000),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 4 });
const lease = fc.constantFrom(LONG, LONG, SHORT);
/** Which of the things met so far, counted from the newest. */
const back = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) });

/** A commit names each key once. */
const once = <T>(pair: fc.Arbitrary<[string, T]>) =>
  fc.uniqueArray(pair, { maxLength: 4, selector: ([key]) => key });

const writes = fc.record({
  states: once(fc.tuple(entity, maybe(text))),
  timers: once(fc.tuple(entity, maybe(fc.integer({ min: 1, max: 50 })))),
  out: fc.array(fc.tuple(text, maybe(entity)), { maxLength: 3 }),
  undecided: fc.uniqueArray(entity, { maxLength: 2 }),
  mail: fc.array(fc.tuple(fc.constantFrom(0, 15, '*' as const), text), { maxLength: 3 }),
  changed: fc.uniqueArray(entity, { maxLength: 3 }),
  dead: fc.array(text, { maxLength: 2 }),
  late: fc.array(text, { maxLength: 2 }),
  ids: fc.array(fc.tuple(fc.nat(3), fc.uint8Array({ maxLength: 25 })), { maxLength: 3 }),
  dropIds: fc.array(fc.nat(3), { maxLength: 2 }),
});

export const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('acquire'),
      instance: fc.constantFrom('A', 'B', 'C'),
      ttl: lease,
      seen: fc.option(fc.nat(4)),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('append'),
      text,
      field: fc.constantFrom('d', 'f', 'b'),
      m: fc.option(text),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('commit'),
      token: back,
      from: back,
      entry: fc.oneof(back, fc.constantFrom('same', 'never')),
      head: text,
      writes,
      ttl: lease,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resend'), token: back }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('renew'),
      token: back,
      off: fc.constantFrom(0, 0, 0, -1, 1),
      ttl: lease,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release'), token: back }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('read'),
      after: fc.option(fc.nat(5)),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('post'),
      token: back,
      after: fc.constantFrom('place', 'place', 'start'),
      count: fc.integer({ min: 1, max: 4 }),
      moves: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resent'), token: back }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('loadKinds'),
      kinds: fc.subarray(['source.part', 'source', 'all', 'lead', 'x.copy']),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('load'), keys: fc.array(entity, { maxLength: 4 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('due'),
      until: fc.integer({ min: 0, max: 60 }),
      limit: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ids'), bucket: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('trim'), before: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mark') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rollBack'), part: fc.constantFrom('all', 'log') }) },
);

export type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** The replies of a subject to a sequence, then its contents; entry ids are replaced by their number. */
export async function play(subject: Subject, operations: readonly Operation[]): Promise<unknown[]> {
  const script = new Script(subject);
  const replies: unknown[] = [];
  for (const step of operations) replies.push([step.do, await script.run(step)]);
  return [...replies, script.numbered(await subject.contents())];
}

class Script {
  readonly #subject: Subject;
  readonly #entries: EntryId[] = [];
  readonly #tokens: OwnerToken[] = [{ epoch: 1, nonce: 'never drawn' }];
  readonly #positions: Position[] = [START];
  #last: Commit | undefined;
  #nonces = 0;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  async run(step: Operation): Promise<unknown> {
    const { state, log } = this.#subject;
    switch (step.do) {
      case 'acquire': {
        const seen = step.seen === null ? undefined : newest(this.#positions, step.seen);
        this.#nonces += 1;
        const answer = await state.acquire(step.instance, `nonce ${this.#nonces}`, step.ttl, seen);
        await this.#runOut(step.ttl);
        if (!answer.ok) return answer.instance;
        this.#tokens.push(answer.token);
        this.#positions.push(answer.position);
        const { epoch, nonce } = answer.token;
        return this.numbered([epoch, nonce, answer.position, answer.tailLost, answer.resendDue]);
      }
      case 'append':
        this.#entries.push(
          await log.append({ [step.field as 'd']: step.text, ...(step.m === null ? {} : { m: step.m }) }),
        );
        return this.#entries.length;
      case 'commit': {
        const from = newest(this.#positions, step.from);
        const entry = this.#entry(step.entry, from.entry);
        const to = { ...from, entry, commit: from.commit + 1, entries: from.entries + 1, head: step.head };
        this.#last = { from, to, ...step.writes };
        const answer = await state.commit(newest(this.#tokens, step.token), this.#last, step.ttl);
        await this.#runOut(step.ttl);
        if (answer.ok) this.#positions.push(to);
        return answer;
      }
      case 'resend':
        return this.#last && (await state.commit(newest(this.#tokens, step.token), this.#last, LONG));
      case 'renew': {
        const { commit } = newest(this.#positions, 0);
        const renewed = await state.renew(newest(this.#tokens, step.token), commit + step.off, step.ttl);
        await this.#runOut(step.ttl);
        return renewed;
      }
      case 'release':
        return state.release(newest(this.#tokens, step.token));
      case 'read':
        return this.numbered(
          await log.read(step.after === null ? '0-0' : this.#entry(step.after, '0-0'), step.count, 0),
        );
      case 'post': {
        const { outbox, place } = this.#subject;
        const position = await place.position();
        const { to, ...page } = await outbox.mail(step.after === 'place' ? position : '0-0', step.count);
        if (!step.moves) return page;
        return [page, await place.advance(newest(this.#tokens, step.token), position, to)];
      }
      case 'resent':
        return state.resent(newest(this.#tokens, step.token));
      case 'loadKinds':
        return (await state.loadKinds(step.kinds)).toSorted();
      case 'load':
        return state.load(step.keys);
      case 'due':
        return state.dueTimers(step.until, step.limit);
      case 'ids':
        return Buffer.from(await state.loadIds(step.bucket)).toString('hex');
      case 'trim':
        return log.trim(this.#entry(step.before, '0-0'));
      case 'mark':
        return this.#subject.mark();
      case 'rollBack':
        await this.#subject.rollBack(step.part as 'all' | 'log');
        // New entries get other ids than the lost ones, as after any failover that takes a millisecond.
        return this.#subject.elapse(5);
    }
  }

  numbered(value: unknown): unknown {
    const numbers = new Map(this.#entries.map((id, number) => [id, `entry ${number}`]));
    const shown = JSON.stringify(value, (_, part) =>
      typeof part === 'string' ? (numbers.get(part) ?? part) : part,
    );
    return shown === undefined ? undefined : JSON.parse(shown);
  }

  #entry(which: number | string, same: EntryId): EntryId {
    if (which === 'same') return same;
    if (which === 'never') return '99999999999999-7';
    return this.#entries.at(-1 - (which as number)) ?? same;
  }

  async #runOut(ttl: number): Promise<void> {
    if (ttl === SHORT) await this.#subject.elapse(5);
  }
}

function newest<T>(met: readonly T[], back: number): T {
  return (met.at(-1 - back) ?? met[0]) as T;
}
