/** The State and Log ports over a simulated partition, with a wire that can lose, repeat and delay. */

import type { Entry, EntryId } from '../../src/core/entry.ts';
import { WeirError } from '../../src/core/errors.ts';
import type {
  AcquireAnswer,
  Clock,
  Commit,
  CommitAnswer,
  Log,
  Mailbox,
  MailPage,
  OwnerToken,
  Position,
  ReaderPlace,
  State,
} from '../../src/core/ports.ts';
import type { Millis } from '../../src/core/units.ts';
import type { SimulatedPartition } from './simulated-partition.ts';

export type Operation = keyof State | keyof Log | keyof ReaderPlace | keyof Mailbox;

/** What becomes of a request: executed and answered, not executed, executed without an answer, executed twice. */
export type Fate = 'through' | 'request_lost' | 'reply_lost' | 'sent_twice';

/** Asked for every request before it reaches the server, and for every reply; a promise is a delay. */
export interface Wire {
  request?(operation: Operation): Fate | Promise<Fate>;
  reply?(operation: Operation): void | Promise<void>;
}

const LONGEST_BLOCK: Millis = 1_000;

/** One process' connection: what State and Log share, and lose together. */
export class SimulatedConnection {
  readonly partition: SimulatedPartition;
  readonly #wire: Wire;
  session = 0;

  constructor(partition: SimulatedPartition, wire: Wire = {}) {
    this.partition = partition;
    this.#wire = wire;
  }

  /** Requests under way still reach the server; nobody hears the replies. */
  close(): void {
    this.session += 1;
  }

  async ask<T>(operation: Operation, execute: () => T, drawnIn?: number): Promise<T> {
    if (drawnIn !== undefined && drawnIn !== this.session)
      throw away(operation, 'the connection was closed since this partition was acquired');
    const session = this.session;
    const fate = (await this.#wire.request?.(operation)) ?? 'through';
    if (fate === 'request_lost') {
      this.close();
      throw away(operation, 'the request was lost');
    }
    if (fate === 'sent_twice') execute();
    const reply = execute();
    await this.#wire.reply?.(operation);
    if (fate === 'reply_lost' && session === this.session) this.close();
    if (session !== this.session) throw away(operation, 'the reply was lost');
    return reply;
  }
}

export class SimulatedState implements State {
  readonly #connection: SimulatedConnection;
  readonly #partition: SimulatedPartition;
  readonly #sessions = new WeakMap<OwnerToken, number>();

  constructor(connection: SimulatedConnection) {
    this.#connection = connection;
    this.#partition = connection.partition;
  }

  async acquire(instance: string, nonce: string, ttl: Millis, seen?: Position): Promise<AcquireAnswer> {
    const ask = () => this.#partition.acquire(instance, nonce, ttl, seen);
    const answer = await this.#connection.ask('acquire', ask);
    if (answer.ok) this.#sessions.set(answer.token, this.#connection.session);
    return answer;
  }

  renew(token: OwnerToken, commit: number, ttl: Millis): Promise<boolean> {
    return this.#ask('renew', () => this.#partition.renew(token, commit, ttl), token);
  }

  release(token: OwnerToken): Promise<void> {
    return this.#ask('release', () => this.#partition.release(token), token);
  }

  commit(token: OwnerToken, commit: Commit, ttl: Millis): Promise<CommitAnswer> {
    return this.#ask('commit', () => this.#partition.commit(token, commit, ttl), token);
  }

  resent(token: OwnerToken): Promise<void> {
    return this.#ask('resent', () => this.#partition.resent(token), token);
  }

  loadKinds(kinds: readonly string[]): Promise<(readonly [key: string, record: string])[]> {
    return this.#connection.ask('loadKinds', () => this.#partition.loadKinds(kinds));
  }

  load(keys: readonly string[]): Promise<(string | undefined)[]> {
    return this.#connection.ask('load', () => this.#partition.load(keys));
  }

  dueTimers(until: Millis, limit: number): Promise<(readonly [key: string, due: Millis])[]> {
    return this.#connection.ask('dueTimers', () => this.#partition.dueTimers(until, limit));
  }

  loadIds(bucket: number): Promise<Uint8Array> {
    return this.#connection.ask('loadIds', () => this.#partition.loadIds(bucket));
  }

  time(): Promise<Millis> {
    return this.#connection.ask('time', () => this.#partition.time());
  }

  #ask<T>(operation: Operation, execute: () => T, token: OwnerToken): Promise<T> {
    return this.#connection.ask(operation, execute, this.#sessions.get(token));
  }
}

export class SimulatedLog implements Log {
  readonly #connection: SimulatedConnection;
  readonly #clock: Clock;
  #session = 0;

  constructor(connection: SimulatedConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  async read(after: EntryId, count: number, block: Millis): Promise<Entry[]> {
    if (this.#session !== this.#connection.session) {
      this.#session = this.#connection.session;
      throw away('read', 'the connection was closed since the last read');
    }
    const { partition } = this.#connection;
    try {
      const entries = await this.#connection.ask('read', () => partition.read(after, count));
      if (entries.length > 0 || block === 0) return entries;
      const waiting = new AbortController();
      const patience = this.#clock
        .sleep(Math.min(block, LONGEST_BLOCK), waiting.signal)
        .catch(() => undefined);
      await Promise.race([partition.appended(), patience]);
      waiting.abort();
      return await this.#connection.ask('read', () => partition.read(after, count), this.#session);
    } catch (error) {
      this.#session = this.#connection.session;
      throw error;
    }
  }

  append(entry: Omit<Entry, 'id'>): Promise<EntryId> {
    return this.#connection.ask('append', () => this.#connection.partition.append(entry));
  }

  trim(minId: EntryId): Promise<void> {
    return this.#connection.ask('trim', () => this.#connection.partition.trim(minId));
  }
}

/** What the post sees of a partition: its outbox, and the place it got to. */
export class SimulatedMailbox implements Mailbox, ReaderPlace {
  readonly #connection: SimulatedConnection;

  constructor(connection: SimulatedConnection) {
    this.#connection = connection;
  }

  mail(after: EntryId, count: number): Promise<MailPage> {
    return this.#connection.ask('mail', () => this.#connection.partition.mail(after, count));
  }

  position(): Promise<EntryId> {
    return this.#connection.ask('position', () => this.#connection.partition.posted());
  }

  advance(token: OwnerToken, from: EntryId, to: EntryId): Promise<'OK' | 'FENCED' | 'STALE'> {
    return this.#connection.ask('advance', () => this.#connection.partition.movePosted(token, from, to));
  }
}

function away(operation: Operation, problem: string): WeirError {
  return new WeirError('redis_away', `${operation}: ${problem}`);
}
