/** The StreamReader of a process over the simulated Redis: a connection of its own, a wait at the server of at most a second. */

import { type Millis, SECOND } from '../../../src/core/units.ts';
import { redisAway } from '../../../src/processor/redis-away.ts';
import type { StreamElement, StreamReader } from '../../../src/processor/stream-reader.ts';
import { readAfter } from './commands.ts';
import type { Wire } from './link.ts';

const REPLY_WITHIN: Millis = 2 * SECOND;

type Settle = (error: Error | undefined, elements?: StreamElement[]) => void;

export class SimulatedReader implements StreamReader {
  readonly #wire: Wire;
  readonly #pending = new Set<Settle>();
  #isOpen = false;
  /** A loss that nobody was told of yet. */
  #untold = false;
  #isClosed = false;
  #arrival: Millis = 0;

  constructor(wire: Wire) {
    this.#wire = wire;
    wire.server.onCut(() => this.lose());
  }

  async read(key: string, after: string, count: number, block: Millis): Promise<StreamElement[]> {
    const doing = 'reading a log';
    if (this.#untold) {
      this.#untold = false;
      throw redisAway(doing, new Error('the connection was closed since the last read'));
    }
    try {
      return await this.#ask(key, after, count, Math.min(block, SECOND));
    } catch (error) {
      this.#untold = false;
      throw redisAway(doing, error);
    }
  }

  async bytes(key: string, id: string): Promise<Buffer[]> {
    const stream = this.#wire.server.store.find(key, 'stream');
    const fields = stream?.entries.find(([other]) => other === id)?.[1] ?? [];
    return fields.map((text) => Buffer.from(text));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.lose();
  }

  lose(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#wire.hear(0, () => {
      this.#untold = true;
      for (const settle of [...this.#pending]) settle(new Error('the connection was closed'));
    });
  }

  #ask(key: string, after: string, count: number, block: Millis): Promise<StreamElement[]> {
    const { server, later, hear, delay, fate, isCut, onExecuted } = this.#wire;
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new Error('the connection is closed'));
      if (!this.#isOpen && server.isDown) {
        hear(delay('connect'), () => reject(new Error('connect ECONNREFUSED')));
        return;
      }
      this.#isOpen = true;
      const settle: Settle = (error, elements) => {
        if (!this.#pending.delete(settle)) return;
        endDeadline();
        if (error) reject(error);
        else resolve(elements ?? []);
      };
      this.#pending.add(settle);
      const endDeadline = hear(block + REPLY_WITHIN, () => {
        settle(new Error(`no answer within ${block + REPLY_WITHIN} ms`));
        this.lose();
      });
      const { generation } = server;
      const becomes = fate('xread');
      if (isCut()) return;
      const now = server.real;
      this.#arrival = Math.max(this.#arrival, now + delay('xread'));
      later(this.#arrival - now, () => {
        if (server.generation !== generation || server.isDown) return;
        if (becomes === 'request_lost' || becomes === 'reply_lost') return this.lose();
        if (server.ailment === 'BUSY') {
          hear(delay('xread'), () => settle(new Error('BUSY Redis is busy running a script.')));
          return;
        }
        const answer = () => {
          const elements = readAfter(server.store, key, after, count);
          onExecuted('xread');
          hear(delay('xread'), () => settle(undefined, elements));
        };
        if (block === 0 || readAfter(server.store, key, after, 1).length > 0) return answer();
        const endWait = later(block, () => {
          forget();
          answer();
        });
        const forget = server.store.awaitAppend(key, () => {
          endWait();
          // the command that appended is not over yet
          later(0, answer);
        });
      });
    });
  }
}
