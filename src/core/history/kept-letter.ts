/** A dead letter as the history has it, and the lists of them. */

import type { DeadReason } from '../decision.ts';
import type { EntryId } from '../entry.ts';
import type { Millis } from '../units.ts';
import { type PageQuery, writeCursor } from './page.ts';

export interface KeptLetter {
  /** `<partition>:<place in the stream of dead letters>`. */
  readonly id: string;
  readonly partition: number;
  /** When it was refused. */
  readonly at: Millis;
  readonly reason: DeadReason;
  readonly problem: string;
  readonly type: string | null;
  /** The entry of the log, and the place in it. */
  readonly entry: EntryId;
  readonly item: number;
  readonly state: LetterState;
  /** Who redrove or dropped it, when, and the event it was sent again as. */
  readonly marked: {
    readonly at: Millis;
    readonly by: string;
    readonly sent?: { readonly id: string; readonly source: string };
  } | null;
  /** The exact bytes; absent once they are forgotten. May hold personal data. */
  readonly raw?: Uint8Array;
}

/** `erased`: it was about a person who is forgotten. */
export type LetterState = 'open' | 'redriven' | 'dropped' | 'erased';

/** Newest first; every filter narrows. Lists leave `raw` out. */
export interface LetterQuery extends PageQuery {
  readonly reason?: string;
  readonly type?: string;
  readonly state?: LetterState;
  /** Refused at this time or later. */
  readonly since?: Millis;
  /** Oldest first. */
  readonly oldest?: boolean;
}

/** What was done about an open one. */
export interface LetterMark {
  readonly id: string;
  readonly state: 'redriven' | 'dropped';
  readonly at: Millis;
  readonly by: string;
  readonly sent?: { readonly id: string; readonly source: string };
}

/** Where a list of letters goes on behind this one. */
export function afterLetter(id: string): string {
  const [partition, ms, seq] = id.split(/[:-]/).map(Number) as [number, number, number];
  return writeCursor([ms, seq, partition]);
}

/** Open dead letters of one reason and type. */
export interface LetterGroup {
  readonly reason: DeadReason;
  readonly type: string | null;
  readonly count: number;
  readonly first: Millis;
  readonly last: Millis;
}
