/** An outbox as its readers see it: rows by position, and how much there is. */

import type { EntryId } from '../core/entry.ts';
import type { OutboxRow } from '../core/ports.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface OutboxSize {
  /** Entries ever added, trimmed ones included. */
  readonly added: number;
  /** Entries that are there. */
  readonly length: number;
  /** The last id given; `0-0` before the first. */
  readonly last: EntryId;
}

export interface Outbox {
  /** At most `count` rows, `from` itself included when it is there. */
  read(from: EntryId, count: number): Promise<OutboxRow[]>;
  /** At most `count` rows before `until`, newest first. */
  readBack(until: EntryId, count: number): Promise<OutboxRow[]>;
  size(): Promise<OutboxSize>;
}

export class RedisOutbox implements Outbox {
  readonly #connection: RedisConnection;
  readonly #key: string;

  constructor(connection: RedisConnection, key: string) {
    this.#connection = connection;
    this.#key = key;
  }

  async read(from: EntryId, count: number): Promise<OutboxRow[]> {
    const elements = await this.#connection.ask('reading an outbox', (redis) =>
      redis.xrange(this.#key, from, '+', 'COUNT', count),
    );
    return elements.map(rowOf);
  }

  async readBack(until: EntryId, count: number): Promise<OutboxRow[]> {
    const elements = await this.#connection.ask('reading an outbox backwards', (redis) =>
      redis.xrevrange(this.#key, `(${until}`, '-', 'COUNT', count),
    );
    return elements.map(rowOf);
  }

  async size(): Promise<OutboxSize> {
    const reply = await this.#connection.ask('measuring an outbox', async (redis) =>
      (await redis.exists(this.#key)) === 0 ? [] : await redis.call('xinfo', 'STREAM', this.#key),
    );
    const info = new Map<string, unknown>();
    for (let i = 0; i < (reply as unknown[]).length; i += 2)
      info.set((reply as string[])[i] as string, (reply as unknown[])[i + 1]);
    return {
      added: Number(info.get('entries-added') ?? 0),
      length: Number(info.get('length') ?? 0),
      last: String(info.get('last-generated-id') ?? '0-0'),
    };
  }
}

/** A commit writes each decision as the one field `d`. */
function rowOf([id, fields]: [EntryId, string[]]): OutboxRow {
  return { id, text: fields[1] as string };
}
