/** A process' connection to the simulated Redis, in the place of RedisConnection: same promises, same ways to fail. */

import type { Redis } from 'ioredis';
import { WeirError } from '../../../src/core/errors.ts';
import { type Millis, SECOND } from '../../../src/core/units.ts';
import { redisAway } from '../../../src/processor/redis-away.ts';
import type { RedisConnection } from '../../../src/processor/redis-connection.ts';
import type { Argument } from './commands.ts';
import type { Call, Server } from './server.ts';

/** What becomes of a request: executed and answered, not executed, executed without an answer, executed twice. */
export type Fate = 'through' | 'request_lost' | 'reply_lost' | 'sent_twice';

/** The way between a process and the server. */
export interface Wire {
  readonly server: Server;
  /** Lets something happen at the server. */
  later(delay: Millis, happens: () => void): () => void;
  /** Lets something happen in the process: not while it is paused, and never again once it is dead. */
  hear(delay: Millis, happens: () => void): () => void;
  /** How long a request or a reply is on its way. */
  delay(command: string): Millis;
  fate(command: string): Fate;
  /** Nothing gets through now, and nobody is told. */
  isCut(): boolean;
  /** Told of everything that the server executes. */
  onExecuted(command: string): void;
}

const REPLY_WITHIN: Millis = 5 * SECOND;
const READY_WITHIN: Millis = 2 * SECOND;
/** One after the other: what comes at the same time comes in any order. */
const MOMENT: Millis = 0.001;

interface Pending {
  readonly reject: (error: Error) => void;
  readonly endDeadline: () => void;
}

export class Link {
  session = 0;
  readonly #wire: Wire;
  readonly #pending = new Set<Pending>();
  readonly #listeners = new Set<() => void>();
  readonly #commands: Redis;
  #isReady = false;
  #isClosed = false;
  #failures = 0;
  #waiting = new Set<(error?: Error) => void>();
  #arrival: Millis = 0;
  #answered: Millis = 0;
  #connecting = false;
  /** Number of the socket, and of the last one that broke on the way to the server. */
  #socket = 0;
  #broken = 0;

  constructor(wire: Wire) {
    this.#wire = wire;
    this.#commands = new Proxy({} as Redis, {
      get: (_, name) => (name === 'then' ? undefined : this.#method(String(name))),
    });
    wire.server.onCut(() => this.lose());
  }

  /** In the place of a RedisConnection. */
  get connection(): RedisConnection {
    return this as unknown as RedisConnection;
  }

  another(): Link {
    return new Link(this.#wire);
  }

  onClose(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.lose();
  }

  ask<T>(doing: string, send: (redis: Redis) => Promise<T>): Promise<T> {
    return this.askAt(doing, '', send);
  }

  async askEach<T>(doing: string, send: (redis: Redis) => Promise<T>): Promise<T[]> {
    return [await this.ask(doing, send)];
  }

  async askAt<T>(
    doing: string,
    _key: string,
    send: (redis: Redis, session: number) => Promise<T>,
    session?: number,
  ): Promise<T> {
    if (!this.#isReady) await this.#whenReady(doing);
    if (session !== undefined && session !== this.session)
      throw redisAway(doing, new Error('the connection was closed since this partition was acquired'));
    try {
      return await send(this.#commands, this.session);
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError || error instanceof WeirError)
        throw error;
      if ((error as Error).message === 'Command timed out') this.lose();
      throw redisAway(doing, error);
    }
  }

  /** The connection is gone: nobody hears what was asked over it. */
  lose(): void {
    if (!this.#isReady) return;
    this.#isReady = false;
    this.#wire.hear(0, () => {
      this.session += 1;
      const asked = [...this.#pending];
      this.#pending.clear();
      for (const { reject, endDeadline } of asked) {
        endDeadline();
        reject(new Error('Connection is closed.'));
      }
      for (const listener of [...this.#listeners]) listener();
      if (this.#waiting.size > 0) this.#connect();
    });
  }

  #whenReady(doing: string): Promise<void> {
    if (this.#isClosed) return Promise.reject(redisAway(doing, new Error('the connection is closed')));
    return new Promise((resolve, reject) => {
      const endPatience = this.#wire.hear(READY_WITHIN, () =>
        settle(new Error(`no connection within ${READY_WITHIN} ms`)),
      );
      const settle = (error?: Error) => {
        this.#waiting.delete(settle);
        endPatience();
        if (error) reject(redisAway(doing, error));
        else resolve();
      };
      this.#waiting.add(settle);
      this.#connect();
    });
  }

  #connect(): void {
    if (this.#connecting) return;
    this.#connecting = true;
    const { hear, server, delay, isCut } = this.#wire;
    const pause = this.#failures === 0 ? delay('connect') : Math.min(50 * 2 ** this.#failures, SECOND);
    hear(pause, () => {
      this.#connecting = false;
      if (this.#isClosed) return;
      if (server.isDown || isCut()) {
        this.#failures += 1;
        if (this.#waiting.size > 0) this.#connect();
        return;
      }
      this.#failures = 0;
      this.#isReady = true;
      this.#socket += 1;
      // what is still on its way over the socket before may arrive after what is sent over this one
      this.#arrival = 0;
      for (const settle of [...this.#waiting]) settle();
    });
  }

  #method(name: string): unknown {
    if (name === 'multi') return () => this.#chain();
    if (name === 'call' || name === 'callBuffer')
      return async (command: string, ...args: Argument[]) => {
        const reply = await this.#send({ name: command.toLowerCase(), args });
        return name === 'call' ? reply : inBytes(reply);
      };
    return (...args: Argument[]) => this.#send({ name, args });
  }

  #chain(): object {
    const calls: Call[] = [];
    const chain: object = new Proxy(
      {},
      {
        get:
          (_, name) =>
          (...args: Argument[]) => {
            if (name === 'exec') return this.#send({ name: 'multi', args: calls as never });
            calls.push({ name: String(name), args });
            return chain;
          },
      },
    );
    return chain;
  }

  #send(call: Call): Promise<unknown> {
    if (!this.#isReady) return Promise.reject(new Error("Stream isn't writeable"));
    return new Promise((resolve, reject) => {
      const { server, later, hear, delay, fate, isCut, onExecuted } = this.#wire;
      const { name } = call;
      const endDeadline = hear(REPLY_WITHIN, () => {
        this.#pending.delete(pending);
        reject(new Error('Command timed out'));
      });
      const pending: Pending = { reject, endDeadline };
      this.#pending.add(pending);
      const { generation } = server;
      const socket = this.#socket;
      const becomes = fate(name);
      if (isCut()) return;
      const answer = (error: Error | undefined, reply?: unknown) => {
        this.#answered = Math.max(this.#answered + MOMENT, server.real + delay(name));
        hear(this.#answered - server.real, () => {
          // what was asked over a connection that is gone has been rejected
          if (!this.#pending.delete(pending)) return;
          endDeadline();
          if (error) reject(error);
          else resolve(reply);
        });
      };
      this.#arrive(name, () => {
        // what is sent after it over the same socket does not arrive either
        if (socket === this.#broken) return;
        if (becomes === 'request_lost') {
          this.#broken = socket;
          return this.lose();
        }
        if (server.generation !== generation || server.isDown) return;
        if (becomes === 'reply_lost') this.lose();
        if (name === 'wait') return this.#await(answer, later);
        try {
          if (becomes === 'sent_twice') server.run(call);
          const reply = server.run(call);
          onExecuted(name);
          answer(undefined, reply);
        } catch (error) {
          onExecuted(`${name}!`);
          answer(error as Error);
        }
      });
    });
  }

  /** Requests over one socket arrive in their order. */
  #arrive(name: string, happens: () => void): void {
    const { server, later, delay } = this.#wire;
    const now = server.real;
    this.#arrival = Math.max(this.#arrival + MOMENT, now + delay(name));
    later(this.#arrival - now, happens);
  }

  /** WAIT: until the replica has all that was written before, at most a second. */
  #await(answer: (error: undefined, reply: number) => void, later: Wire['later']): void {
    const { server } = this.#wire;
    const { mark } = server.store;
    const { generation } = server;
    const look = (patience: number) => {
      if (server.generation !== generation) return;
      if (server.isReplicated(mark)) answer(undefined, 1);
      else if (patience <= 0) answer(undefined, 0);
      else later(20, () => look(patience - 20));
    };
    look(SECOND);
  }
}

function inBytes(reply: unknown): unknown {
  if (typeof reply === 'string') return Buffer.from(reply);
  return Array.isArray(reply) ? reply.map(inBytes) : reply;
}
