/** A connection to Redis that never resends, never queues and never waits without a deadline. */

import { Redis } from 'ioredis';
import { WeirError } from '../core/errors.ts';
import { type Millis, SECOND } from '../core/units.ts';
import { addressOf, type RedisAddress, type RedisTarget } from './redis-address.ts';
import { SCRIPTS } from './scripts.ts';

export interface ConnectionOptions {
  /** The longest wait for a reply; after it the socket is destroyed. */
  readonly replyWithin?: Millis;
  /** The longest wait for a connection to stand before a command is given up. */
  readonly readyWithin?: Millis;
  /** Shown by CLIENT LIST. */
  readonly name?: string;
  /** Certificate authority for `rediss://`, where the system's do not know it. */
  readonly ca?: string;
}

/** BLOCK never waits longer: a longer one hangs over half-open sockets. */
export const LONGEST_BLOCK: Millis = SECOND;

/** Opens nothing yet: the first command does. */
export function connect(target: RedisTarget, options: ConnectionOptions = {}): RedisConnection {
  return new RedisConnection(target, options);
}

export class RedisConnection {
  readonly target: RedisTarget;
  readonly address: RedisAddress;
  /** As CLIENT LIST shows it. */
  readonly name: string | undefined;
  readonly #options: ConnectionOptions;
  readonly #redis: Redis;
  readonly #readyWithin: Millis;
  readonly #closeListeners = new Set<() => void>();
  #session = 0;
  #closed = false;
  #problem: Error | undefined;
  #ready: Promise<void> | undefined;
  /** Ends the wait for `#ready` early. */
  #giveUp: ((error: Error) => void) | undefined;

  constructor(target: RedisTarget, options: ConnectionOptions) {
    this.target = target;
    this.address = addressOf(target, options.ca);
    this.name = options.name;
    this.#options = options;
    this.#readyWithin = options.readyWithin ?? 2 * SECOND;
    const replyWithin = options.replyWithin ?? 5 * SECOND;
    this.#redis = new Redis({
      ...this.address,
      lazyConnect: true,
      // A cut reply must reject and never run twice (architecture.md, "ioredis resends").
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      commandTimeout: replyWithin,
      connectTimeout: replyWithin,
      keepAlive: 5 * SECOND,
      protocol: 2,
      disableClientInfo: true,
      maxLoadingRetryTime: 500,
      retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times - 1, 5), SECOND),
      // Reconnect, never resend: after a failover the old master answers READONLY for ever.
      reconnectOnError: (error) => (/^-?(READONLY|UNBLOCKED)\b/.test(error.message) ? 1 : false),
      scripts: SCRIPTS,
      ...(options.name === undefined ? {} : { connectionName: options.name }),
    });
    this.#redis.on('error', (error: Error) => {
      this.#problem = error;
    });
    this.#redis.on('ready', () => {
      this.#problem = undefined;
    });
    this.#redis.on('close', () => {
      this.#session += 1;
      for (const listener of this.#closeListeners) listener();
    });
  }

  /** Changes whenever the connection closes: what was learnt in another session may be of another master. */
  get session(): number {
    return this.#session;
  }

  /** Calls `listener` at each close; returns how to stop it. */
  onClose(listener: () => void): () => void {
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  /**
   * Sends commands and awaits their replies; `doing` says what for, in errors. With `session`, nothing is sent
   * on a later session than that one. Rejects with redis_away when the outcome is an error or unknown.
   */
  async ask<T>(doing: string, send: (redis: Redis) => Promise<T>, session?: number): Promise<T> {
    // A socket that just went still counts as ready for ioredis, until its close is told.
    if (this.#redis.status !== 'ready' || !this.#redis.stream.writable) await this.#whenReady(doing);
    if (session !== undefined && session !== this.#session)
      throw redisAway(doing, new Error('the connection was closed since this partition was acquired'));
    try {
      return await send(this.#redis);
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError || error instanceof WeirError)
        throw error;
      // A silent socket may be half open: later commands must not wait for it too.
      if (error instanceof Error && error.message === 'Command timed out') this.#redis.stream?.destroy();
      throw redisAway(doing, error);
    }
  }

  /** Another connection to the same place, for reads that block. */
  another(options: ConnectionOptions = {}): RedisConnection {
    return new RedisConnection(this.target, { ...this.#options, ...options });
  }

  /** Closes at once; commands under way reject. */
  async close(): Promise<void> {
    const redis = this.#redis;
    if (this.#closed || redis.status === 'end') return;
    this.#closed = true;
    this.#giveUp?.(new Error('the connection is closed'));
    const ended = new Promise<void>((resolve) => redis.once('end', () => resolve()));
    const waitsToReconnect = redis.status === 'reconnecting';
    redis.disconnect();
    redis.stream?.destroy();
    if (!waitsToReconnect) await ended;
  }

  async #whenReady(doing: string): Promise<void> {
    this.#ready ??= this.#becomeReady().finally(() => {
      this.#ready = undefined;
    });
    try {
      await this.#ready;
    } catch (error) {
      throw redisAway(doing, error);
    }
  }

  #becomeReady(): Promise<void> {
    const redis = this.#redis;
    if (this.#closed || redis.status === 'end') return Promise.reject(new Error('the connection is closed'));
    return new Promise<void>((resolve, reject) => {
      const settle = (error?: Error) => {
        clearTimeout(deadline);
        redis.off('ready', ready);
        redis.off('end', ended);
        if (error) reject(error);
        else resolve();
      };
      const ready = () => settle();
      const ended = () => settle(this.#problem ?? new Error('the connection is closed'));
      const deadline = setTimeout(
        () => settle(this.#problem ?? new Error(`no connection within ${this.#readyWithin} ms`)),
        this.#readyWithin,
      );
      redis.on('ready', ready);
      redis.on('end', ended);
      this.#giveUp = settle;
      // Its rejection repeats what 'error', 'end' or the deadline tell.
      if (redis.status === 'wait') redis.connect().catch(() => undefined);
    });
  }
}

/** The one place where errors of Redis and of the way to it become ours. */
export function redisAway(doing: string, error: unknown): WeirError {
  const cause = error instanceof Error ? error : new Error(String(error));
  // ioredis hangs the command with all its arguments on the error: they hold people's data.
  delete (cause as { command?: unknown }).command;
  return new WeirError('redis_away', `${doing}: ${cause.message}; trying again when Redis answers`, {
    cause,
    context: { reply: /^[A-Z]+\b/.exec(cause.message)?.[0] ?? null },
  });
}
