/** A dead letter as the history has it, and the lists of them. */

import type { DeadReason } from '../decision.ts';
import type { EntryId } from '../entry.ts';
import type { Millis } from '../units.ts';
import type { PageQuery } from './page.ts';

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
}

/** Open dead letters of one reason and type. */
export interface LetterGroup {
  readonly reason: DeadReason;
  readonly type: string | null;
  readonly count: number;
  readonly first: Millis;
  readonly last: Millis;
}
