/** What became of an event: where it stood in the logs, and the decisions it caused. */

import type { DeadReason, Decision } from '../decision.ts';
import type { EntryId } from '../entry.ts';
import type { Millis } from '../units.ts';

/** An event as a log had it. */
export interface KeptEvent {
  readonly partition: number;
  readonly entry: EntryId;
  /** Its place in the entry. */
  readonly item: number;
  readonly id: string | null;
  readonly source: string;
  readonly type: string;
  readonly time: Millis;
  /** Whom it is about, where its route names a kind of entity. */
  readonly kind: string | null;
  readonly entity: string | null;
  /** Its fields, without personal ones. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Its source and id came before: it changed nothing. */
  readonly repeated: boolean;
  /** Redis lost it after the history had taken it. */
  readonly orphaned: boolean;
}

export interface EventTrace {
  /**
   * processed: applied to state; late: every feature refused it; dead: see `dead`; orphaned: Redis lost it. The
   * first of them that fits one of its appearances.
   */
  readonly status: 'processed' | 'late' | 'dead' | 'orphaned';
  /** Each time it stood in a log, first one first. */
  readonly events: readonly KeptEvent[];
  readonly dead: readonly { readonly id: string; readonly reason: DeadReason; readonly problem: string }[];
  readonly late: readonly { readonly time: Millis; readonly streamTime: Millis }[];
  /** At most 200, first one first. */
  readonly decisions: readonly Decision[];
}
