/** What can be asked of the decisions of the history: lists, and what became of a rule's results in a span of time. */

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
  readonly mode?: 'live' | 'shadow';
  /** At this stream time or later. */
  readonly since?: Millis;
}

/** The decisions of one rule in a span, counted; those of errors are left out. */
export interface DecisionTotals {
  readonly decisions: number;
  /** Different entities among them. */
  readonly entities: number;
  readonly increased: number;
  readonly decreased: number;
  /** Mean of `change` over decisions that have one; null without any. */
  readonly averageChange: number | null;
  /** Mean of the numbers decided; null without any. */
  readonly averageValue: number | null;
  /** Decisions by class. */
  readonly classes: Readonly<Record<string, number>>;
}

/** One entity's way through a span: the number before its first decision there, and after its last one. */
export interface DecisionChange {
  readonly kind: string;
  readonly entity: string;
  /** Null when there was none before. */
  readonly old: number | null;
  readonly new: number | null;
  /** new − old; null when one of them is missing. */
  readonly change: number | null;
  /** Of the last decision. */
  readonly class: string | null;
  readonly decisions: number;
}
