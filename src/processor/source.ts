/** A stream of a partition as the history reads it: entries by position, and how much there is. */

import type { EntryId } from '../core/entry.ts';
import type { LogRow } from '../core/history/logged-event.ts';
import type { OutboxRow } from '../core/ports.ts';

export interface SourceEntry {
  readonly id: EntryId;
  /** Absent: nothing for the history, such as mail between partitions. */
  readonly row?: OutboxRow | LogRow;
}

export interface SourceSize {
  /** Entries ever added, trimmed ones included. */
  readonly added: number;
  /** Entries that are there. */
  readonly length: number;
  /** The last id given; `0-0` before the first. */
  readonly last: EntryId;
}

export interface Source {
  /** At most `count` entries, `from` itself included when it is there; `full`: more may follow at once. */
  read(
    from: EntryId,
    count: number,
  ): Promise<{ readonly entries: readonly SourceEntry[]; readonly full: boolean }>;
  /** At most `count` entries before `until`, newest first. */
  readBack(until: EntryId, count: number): Promise<readonly SourceEntry[]>;
  size(): Promise<SourceSize>;
  /** A readable entry, and how many were ever added up to it. */
  mark(): Promise<{ readonly at: EntryId; readonly count: number }>;
  /** Told where reading goes on: the rule set in force there, where that is known. */
  resume?(rules: string | undefined): void;
}
