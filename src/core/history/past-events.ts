/** The events that a history kept, in the order of their own times: what a fresh deployment learns from. */

import type { ActionBudget } from '../action.ts';
import type { Millis } from '../units.ts';

export interface PastEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: Millis;
  /** Without personal fields. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Of a report about an action: whose campaign it was, and what was asked for. */
  readonly asked?: { readonly campaign: string; readonly budgets: readonly ActionBudget[] };
}

/** Which of a history's rows are meant: those that stood at a certain moment. */
export interface PastCut {
  /** Rows of entries from then on (wall clock) came later. */
  readonly before: Millis;
  /** By partition how many losses there had been: what a later one took stood then. */
  readonly losses: Readonly<Record<string, number>>;
}

export interface PastEvents {
  /** Of the oldest and the newest event; undefined where there is none. */
  readonly span: { readonly from: Millis; readonly to: Millis } | undefined;
  /** Each list goes on where the one before ended; copies and what was refused are left out. */
  events(from: Millis): AsyncIterable<readonly PastEvent[]>;
}
