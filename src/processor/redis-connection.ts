/** The way to Redis, one server or a cluster: it never resends, never queues and never waits without a deadline. */

import type { Redis } from 'ioredis';
import { type Millis, SECOND } from '../core/units.ts';
import { ClusterConnection } from './cluster-connection.ts';
import { clusterOf, type RedisAddress, type RedisTarget } from './redis-address.ts';
import { SingleConnection } from './single-connection.ts';

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

/** Every method rejects with redis_away when the outcome is an error or unknown; `doing` says what for, in errors. */
export interface RedisConnection {
  readonly isCluster: boolean;
  /** As CLIENT LIST shows it. */
  readonly name: string | undefined;
  /** Sends commands that name a key, each to the server that holds it, and awaits their replies. */
  ask<T>(doing: string, send: (redis: Redis) => Promise<T>): Promise<T>;
  /**
   * Sends to the server that holds `key`, over one socket: what that refuses is sent nowhere else. Commands without a
   * key are for this. With `session`, nothing is sent on another socket than the one where that was told.
   */
  askAt<T>(
    doing: string,
    key: string,
    send: (redis: Redis, session: number) => Promise<T>,
    session?: number,
  ): Promise<T>;
  /** Asks every server that holds keys; at least one. */
  askEach<T>(doing: string, send: (redis: Redis) => Promise<T>): Promise<T[]>;
  /** The server that holds `key`. */
  addressOf(doing: string, key: string): Promise<RedisAddress>;
  /** Another connection to the same place, for what holds a connection up. */
  another(options?: ConnectionOptions): RedisConnection;
  /** Closes at once; commands under way reject. */
  close(): Promise<void>;
}

/** Opens nothing yet: the first command does. */
export function connect(target: RedisTarget, options: ConnectionOptions = {}): RedisConnection {
  return clusterOf(target) ? new ClusterConnection(target, options) : new SingleConnection(target, options);
}
