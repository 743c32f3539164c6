/** The logs of all partitions as the history kept them: what a replay reads. */

import type { Millis } from '../units.ts';

/** One event, or one entry of the processor itself, without what was repeated or lost. */
export interface KeptLogEntry {
  readonly partition: number;
  /** Of the entry it stood in, and its place there. */
  readonly ms: number;
  readonly seq: number;
  readonly item: number;
  readonly time: Millis;
  readonly type: string;
  readonly source: string;
  /** Null for entries of the processor itself. */
  readonly id: string | null;
  /** Without personal fields; undefined where they were not asked for. */
  readonly data: Readonly<Record<string, unknown>> | undefined;
}

export interface KeptLog {
  /** `ms` of the first and the last entry, and the event time of the last; undefined while nothing is kept. */
  readonly span: { readonly from: number; readonly to: number; readonly ends: Millis } | undefined;
  /**
   * All of it in the order in which it came into the logs; each list goes on where the one before ended.
   * @param types whose fields are wanted; other events come with their time alone
   */
  entries(types: ReadonlySet<string>): AsyncIterable<readonly KeptLogEntry[]>;
}

/** By when they came into the logs; at the same time by partition, so that the order is always the same. */
export function compareKept(a: KeptLogEntry, b: KeptLogEntry): number {
  return a.ms - b.ms || a.seq - b.seq || a.partition - b.partition || a.item - b.item;
}
