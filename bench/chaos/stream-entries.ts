/** Reads streams back, and what their last elements are. */

import type { RedisConnection } from '../../src/processor/redis-connection.ts';
import { streamSize } from '../../src/processor/stream-size.ts';
import type { LogEntry } from '../../test/oracle/received.ts';

export type Element = readonly [id: string, fields: readonly string[]];

const PER_READ = 2_000;

/** Everything behind an id; from the beginning where there is none. */
export async function readAfter(
  connection: RedisConnection,
  key: string,
  after: string | undefined,
): Promise<Element[]> {
  const all: Element[] = [];
  for (let last = after; ; last = all.at(-1)?.[0]) {
    const page = (await connection.ask('reading a stream back', (redis) =>
      redis.xrange(key, last === undefined ? '-' : `(${last}`, '+', 'COUNT', PER_READ),
    )) as unknown as Element[];
    all.push(...page);
    if (page.length < PER_READ) return all;
  }
}

/** The JSON objects of an outbox, dead-letter or late stream; mail between partitions is left out. */
export function recordsOf(elements: readonly Element[]): Record<string, unknown>[] {
  return elements.flatMap(([, [name, text]]) =>
    name === 'd' ? [JSON.parse(text as string) as Record<string, unknown>] : [],
  );
}

/** A partition's log as the oracle reads it. */
export function logOfElements(elements: readonly Element[]): LogEntry[] {
  return elements.map(([id, fields]) => {
    const named: Record<string, string> = {};
    for (let i = 0; i < fields.length; i += 2) named[fields[i] as string] = fields[i + 1] as string;
    const isEntry = named.d !== undefined || named.f !== undefined;
    return isEntry ? { id, ...named } : { id, f: JSON.stringify(named) };
  });
}

/** The id of the newest element there ever was; `0-0` of a stream that is not there. */
export async function lastId(connection: RedisConnection, key: string): Promise<string> {
  return (await streamSize(connection, key)).last;
}
