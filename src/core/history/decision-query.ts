/** What can be asked of the decisions of the history: lists, and those of a rule in a span of time. */

import type { Millis } from '../units.ts';
import type { PageQuery } from './page.ts';

/** From `from` on and before `to`, in stream time. */
export interface Span {
  readonly from: Millis;
  readonly to: Millis;
}

/** Newest first; every filter narrows. */
export interface DecisionQuery extends PageQuery {
  readonly rule?: string;
  readonly kind?: string;
  /** About this entity of the kind. */
  readonly entity?: string;
  readonly mode?: 'live' | 'shadow';
  /** At this stream time or later. */
  readonly since?: Millis;
  /** Before this stream time. */
  readonly until?: Millis;
}
