/** The wait until a client of Redis stands: with a deadline, and with what went wrong where it does not. */

import type { Cluster, Redis } from 'ioredis';
import type { Millis } from '../core/units.ts';
import { redisAway } from './redis-away.ts';

export class Readiness {
  /** What the client last complained of. */
  problem: Error | undefined;
  readonly #client: Redis | Cluster;
  readonly #within: Millis;
  #wait: Promise<void> | undefined;
  #giveUp: ((error: Error) => void) | undefined;
  #closed = false;

  constructor(client: Redis | Cluster, within: Millis) {
    this.#client = client;
    this.#within = within;
    const events = client as Redis;
    events.on('error', (error: Error) => {
      this.problem = error;
    });
    events.on('ready', () => {
      this.problem = undefined;
    });
  }

  /** Rejects with redis_away; the wait is one for all who wait. */
  async wait(doing: string): Promise<void> {
    this.#wait ??= this.#becomeReady().finally(() => {
      this.#wait = undefined;
    });
    try {
      await this.#wait;
    } catch (error) {
      throw redisAway(doing, error);
    }
  }

  /** Nobody waits from now on. */
  close(): void {
    this.#closed = true;
    this.#giveUp?.(new Error('the connection is closed'));
  }

  #becomeReady(): Promise<void> {
    const client = this.#client as Redis;
    if (this.#closed || client.status === 'end') return Promise.reject(new Error('the connection is closed'));
    return new Promise<void>((resolve, reject) => {
      const settle = (error?: Error) => {
        clearTimeout(deadline);
        client.off('ready', ready);
        client.off('end', ended);
        if (error) reject(error);
        else resolve();
      };
      const ready = () => settle();
      const ended = () => settle(this.problem ?? new Error('the connection is closed'));
      const deadline = setTimeout(
        () => settle(this.problem ?? new Error(`no connection within ${this.#within} ms`)),
        this.#within,
      );
      client.on('ready', ready);
      client.on('end', ended);
      this.#giveUp = settle;
      // Its rejection repeats what 'error', 'end' or the deadline tell.
      if (client.status === 'wait') client.connect().catch(() => undefined);
    });
  }
}
