/** The read path behind one small interface, so that a faster decoder can take its place. */

import type { EntryId } from '../core/entry.ts';
import type { Millis } from '../core/units.ts';

/** An element of a stream as Redis keeps it: field, value, field, value. */
export type StreamElement = readonly [id: EntryId, fields: readonly string[]];

export interface StreamReader {
  /**
   * Elements of `key` after `after`, at most `count`; waits up to `block` ms (at most 1 s) for the first one.
   * Texts are decoded as UTF-8: one that holds U+FFFD may have had other bytes, see `bytes`.
   * Rejects once after each loss of the connection, so that nobody goes on over it without noticing.
   */
  read(key: string, after: EntryId, count: number, block: Millis): Promise<StreamElement[]>;
  /** The fields of one element, undecoded; empty when it is gone. */
  bytes(key: string, id: EntryId): Promise<Buffer[]>;
  close(): Promise<void>;
}
