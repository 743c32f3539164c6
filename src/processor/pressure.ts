/** Back-pressure: how full Redis is, and how far the processor is behind; nothing is dropped, producers wait. */

import { compareEntryIds, type EntryId } from '../core/entry.ts';
import type { Meter } from '../core/ports.ts';
import type { RedisConnection } from './redis-connection.ts';

/** Above this share of maxmemory nothing more is routed; above the lower one logs are trimmed to what is committed. */
const FULL = 0.6;
const TIGHT = 0.5;

export class Pressure {
  private readonly connection: RedisConnection;
  private readonly meter: Meter;
  private share = 0;

  constructor(connection: RedisConnection, meter: Meter) {
    this.connection = connection;
    this.meter = meter;
  }

  /** The intake stops routing and HTTP answers 429. */
  get isFull(): boolean {
    return this.share > FULL;
  }

  get isTight(): boolean {
    return this.share > TIGHT;
  }

  /** Of a cluster, the fullest server counts. */
  async measure(): Promise<void> {
    const infos = await this.connection.askEach('reading memory use', (redis) => redis.info('memory'));
    this.share = Math.max(...infos.map(shareUsed));
    this.meter.gauge('weir_redis_memory_ratio', this.share);
  }
}

function shareUsed(info: string): number {
  const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1] ?? 0);
  const limit = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? 0);
  return limit > 0 ? used / limit : 0;
}

export interface Lag {
  /** Entries after the position; -1 when unknown because the log was trimmed past it. */
  readonly entries: number;
  /** The entry that waits longest; undefined when none waits. */
  readonly oldest: EntryId | undefined;
}

/** How much of a log waits behind a position. */
export async function lagOf(
  connection: RedisConnection,
  key: string,
  position: { readonly entry: EntryId; readonly entries: number },
): Promise<Lag> {
  const reply = await connection.ask('measuring lag', async (redis) => {
    const exists = await redis.exists(key);
    if (exists === 0) return undefined;
    const [info, next] = await Promise.all([
      redis.call('xinfo', 'STREAM', key) as Promise<unknown[]>,
      redis.xrange(key, `(${position.entry}`, '+', 'COUNT', 1),
    ]);
    return { info, next };
  });
  if (!reply) return { entries: 0, oldest: undefined };
  const fields = new Map<string, unknown>();
  for (let i = 0; i < reply.info.length; i += 2) fields.set(reply.info[i] as string, reply.info[i + 1]);
  const oldest = reply.next[0]?.[0];
  if (oldest === undefined || compareEntryIds(oldest, position.entry) <= 0)
    return { entries: 0, oldest: undefined };
  return { entries: Number(fields.get('entries-added') ?? 0) - position.entries, oldest };
}
