/** An outbox as its readers see it, and the streams beside it: what commits wrote, by position. */

import type { EntryId } from '../core/entry.ts';
import type { OutboxRow } from '../core/ports.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { Source, SourceEntry, SourceSize } from './source.ts';
import { streamSize } from './stream-size.ts';

export class RedisOutbox implements Source {
  readonly #connection: RedisConnection;
  readonly #key: string;

  /** @param key of the outbox, the dead letters or the late events of a partition */
  constructor(connection: RedisConnection, key: string) {
    this.#connection = connection;
    this.#key = key;
  }

  async read(from: EntryId, count: number): Promise<{ entries: SourceEntry[]; full: boolean }> {
    const elements = await this.#connection.ask('reading an outbox', (redis) =>
      redis.xrange(this.#key, from, '+', 'COUNT', count),
    );
    return { entries: elements.map(entryOf), full: elements.length >= count };
  }

  async readBack(until: EntryId, count: number): Promise<SourceEntry[]> {
    const elements = await this.#connection.ask('reading an outbox backwards', (redis) =>
      redis.xrevrange(this.#key, `(${until}`, '-', 'COUNT', count),
    );
    return elements.map(entryOf);
  }

  size(): Promise<SourceSize> {
    return streamSize(this.#connection, this.#key);
  }

  async mark(): Promise<{ at: EntryId; count: number }> {
    const { last, added } = await this.size();
    return { at: last, count: added };
  }
}

/** A commit writes what is for everybody as the field `d`, and mail to other partitions as `t` and `m`. */
function entryOf([id, fields]: [EntryId, string[]]): SourceEntry {
  return fields[0] === 'd' ? { id, row: { id, text: fields[1] as string } satisfies OutboxRow } : { id };
}
