/** Reads the outboxes as a deliverer would: an event is committed when the first decision it caused can be read. */

import type { Redis } from 'ioredis';
import { partitionKeys } from '../../src/core/partition.ts';
import { openRedis } from '../bench-redis.ts';
import { PARTITIONS } from '../flow/keys.ts';

type Reply = [key: string, entries: [id: string, fields: string[]][]][] | null;
const CAUSE = /"cause":\{"event":"([^"]+)"/;

export class OutboxObserver {
  readonly latencies: number[] = [];
  /** When decisions were read, on the monotonic clock. */
  private readonly read: number[] = [];
  private readonly redis: Redis;
  private readonly due = new Map<string, number>();
  private readonly awaited = new Map<string, () => void>();
  private finishing = false;

  constructor(path: string) {
    this.redis = openRedis(path);
  }

  /** From now on the event is looked for; what causes no decision is never found. */
  expect(event: string, due: number): void {
    this.due.set(event, due);
  }

  /** Resolves when the first decision that the event caused was read. */
  decided(event: string): Promise<void> {
    return new Promise((resolve) => this.awaited.set(event, resolve));
  }

  async run(): Promise<void> {
    const after = new Map(
      Array.from({ length: PARTITIONS }, (_, p) => [partitionKeys(p, PARTITIONS).out, '0-0']),
    );
    while (!this.finishing) {
      const reply = (await this.redis.xread(
        'BLOCK',
        200,
        'STREAMS',
        ...after.keys(),
        ...after.values(),
      )) as Reply;
      const now = performance.now();
      if (reply !== null) this.read.push(now);
      for (const [key, entries] of reply ?? []) {
        for (const [id, fields] of entries) {
          after.set(key, id);
          this.note(fields[1] as string, now);
        }
      }
    }
    this.redis.disconnect();
  }

  /** Ends `run` once what is under way was read. */
  async finish(): Promise<void> {
    const last = performance.now() + 1000;
    while (performance.now() < last) await new Promise((resolve) => setTimeout(resolve, 50));
    this.finishing = true;
  }

  /** The longest time between two of them, or from and to the ends; milliseconds. */
  longestGap(from: number, to: number): number {
    const times = [from, ...this.read.filter((at) => at > from && at < to), to];
    return Math.max(...times.slice(1).map((at, i) => at - (times[i] as number)));
  }

  private note(decision: string, now: number): void {
    const event = CAUSE.exec(decision)?.[1];
    if (event === undefined) return;
    this.awaited.get(event)?.();
    this.awaited.delete(event);
    const due = this.due.get(event);
    if (due === undefined) return;
    this.due.delete(event);
    this.latencies.push(now - due);
  }
}
