/** The decisions of a demo as they come: all of them, or a fair sample of a few lines a second. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Decision } from '../../core/decision.ts';
import { partitionKeys } from '../../core/partition.ts';
import type { Millis } from '../../core/units.ts';
import type { RedisConnection } from '../../processor/redis-connection.ts';
import { decisionLine } from '../decision-line.ts';
import { patiently } from './patiently.ts';

/** Lines a second while the day is replayed; the rest is counted. */
const LINES_PER_SECOND = 12;
const AT_ONCE = 2_000;
const PAUSE: Millis = 100;

export class DecisionLines {
  count = 0;
  everything = false;
  private readonly connection: RedisConnection;
  private readonly keys: readonly string[];
  private readonly print: (line: string) => void;
  private second = 0;
  private shown = 0;
  private readonly perRule = new Map<string, number>();

  constructor(connection: RedisConnection, partitions: number, print: (line: string) => void) {
    this.connection = connection;
    this.keys = Array.from({ length: partitions }, (_, i) => partitionKeys(i, partitions).out);
    this.print = print;
  }

  /** Follows every outbox until it is stopped. */
  async watch(signal: AbortSignal): Promise<void> {
    const connection = this.connection.another();
    try {
      // `$` on an empty stream and none at all would miss what comes before the first read
      const positions: string[] = [];
      for (const key of this.keys) positions.push(await patiently(signal, () => lastId(connection, key)));
      while (!signal.aborted) if (!(await this.readOnce(connection, positions, signal))) await sleep(PAUSE);
    } catch (error) {
      // at the end of the demo the servers go away first
      if (!signal.aborted) throw error;
    } finally {
      await connection.close();
    }
  }

  /** @returns whether anything came */
  private async readOnce(
    connection: RedisConnection,
    positions: string[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const replies = await patiently(signal, () =>
      connection.ask('following decisions', (redis) =>
        // one by one: a cluster has them on several servers
        Promise.all(
          this.keys.map((key, i) => redis.xread('COUNT', AT_ONCE, 'STREAMS', key, positions[i] as string)),
        ),
      ),
    );
    const read = replies.map((reply) => reply?.[0]?.[1] ?? []);
    for (const [partition, entries] of read.entries()) {
      positions[partition] = entries.at(-1)?.[0] ?? (positions[partition] as string);
      for (const [, [name, text]] of entries)
        if (name === 'd') this.show(JSON.parse(text as string) as Decision);
    }
    return read.some((entries) => entries.length > 0);
  }

  private show(decision: Decision): void {
    this.count += 1;
    const seen = this.perRule.get(decision.rule) ?? 0;
    this.perRule.set(decision.rule, seen + 1);
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.shown = 0;
    }
    // what is rare or waits for a person is news; of the rest a sample is enough
    const { status } = (decision.value ?? {}) as { status?: string };
    const rare = seen < 3 || (decision.kind !== 'lead' && status !== 'approved');
    if (!this.everything && !rare && this.shown >= LINES_PER_SECOND) return;
    this.shown += 1;
    this.print(`${decisionLine(decision, Date.now())}\n`);
  }
}

async function lastId(connection: RedisConnection, key: string): Promise<string> {
  const last = await connection.ask('finding the end of an outbox', (redis) =>
    redis.xrevrange(key, '+', '-', 'COUNT', 1),
  );
  return last[0]?.[0] ?? '0-0';
}
