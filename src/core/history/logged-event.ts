/** What a log held, as the history takes it: events without personal fields, and the entries of the processor itself. */

import type { EntryId } from '../entry.ts';
import type { Millis } from '../units.ts';

export interface LoggedEvent {
  /** Its place in the entry. */
  readonly item: number;
  readonly time: Millis;
  readonly type: string;
  readonly source: string;
  /** Null for entries of the processor itself. */
  readonly id: string | null;
  /** Whom it is about, where its route names a kind of entity. */
  readonly kind: string | null;
  readonly entity: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  /** Whom it is about is to be forgotten. */
  readonly erases?: true;
}

/** One entry of a log. What was refused while decoding is not in it: dead letters tell of that. */
export interface LogRow {
  readonly id: EntryId;
  /** Of the partition, when it was read. */
  readonly incarnation: number;
  readonly events: readonly LoggedEvent[];
  /** Hash of the rule set in force after it. */
  readonly rules: string;
}
