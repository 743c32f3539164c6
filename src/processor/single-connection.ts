/** A connection to one server of Redis. */

import { Redis } from 'ioredis';
import { SECOND } from '../core/units.ts';
import { Readiness } from './readiness.ts';
import { addressOf, type RedisAddress, type RedisTarget } from './redis-address.ts';
import { awayOrOurs, redisAway } from './redis-away.ts';
import type { ConnectionOptions, RedisConnection } from './redis-connection.ts';
import { SCRIPTS } from './scripts.ts';

export class SingleConnection implements RedisConnection {
  readonly isCluster = false;
  readonly name: string | undefined;
  readonly #target: RedisTarget;
  readonly #address: RedisAddress;
  readonly #options: ConnectionOptions;
  readonly #redis: Redis;
  readonly #readiness: Readiness;
  readonly #closeListeners = new Set<() => void>();
  #session = 0;
  #closed = false;

  constructor(target: RedisTarget, options: ConnectionOptions = {}) {
    this.#target = target;
    this.#address = addressOf(target, options.ca);
    this.name = options.name;
    this.#options = options;
    const replyWithin = options.replyWithin ?? 5 * SECOND;
    this.#redis = new Redis({
      ...this.#address,
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
    this.#readiness = new Readiness(this.#redis, options.readyWithin ?? 2 * SECOND);
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

  ask<T>(doing: string, send: (redis: Redis) => Promise<T>): Promise<T> {
    return this.askAt(doing, '', send);
  }

  async askAt<T>(
    doing: string,
    _key: string,
    send: (redis: Redis, session: number) => Promise<T>,
    session?: number,
  ): Promise<T> {
    // A socket that just went still counts as ready for ioredis, until its close is told.
    if (this.#redis.status !== 'ready' || !this.#redis.stream.writable) await this.#readiness.wait(doing);
    if (session !== undefined && session !== this.#session)
      throw redisAway(doing, new Error('the connection was closed since this partition was acquired'));
    try {
      return await send(this.#redis, this.#session);
    } catch (error) {
      // A silent socket may be half open: later commands must not wait for it too.
      if (error instanceof Error && error.message === 'Command timed out') this.#redis.stream?.destroy();
      throw awayOrOurs(doing, error);
    }
  }

  async askEach<T>(doing: string, send: (redis: Redis) => Promise<T>): Promise<T[]> {
    return [await this.ask(doing, send)];
  }

  async addressOf(): Promise<RedisAddress> {
    return this.#address;
  }

  another(options: ConnectionOptions = {}): SingleConnection {
    return new SingleConnection(this.#target, { ...this.#options, ...options });
  }

  async close(): Promise<void> {
    const redis = this.#redis;
    if (this.#closed || redis.status === 'end') return;
    this.#closed = true;
    this.#readiness.close();
    const ended = new Promise<void>((resolve) => redis.once('end', () => resolve()));
    const waitsToReconnect = redis.status === 'reconnecting';
    redis.disconnect();
    redis.stream?.destroy();
    if (!waitsToReconnect) await ended;
  }
}
