/** A statement: what an action was said to bring when it was proposed, and how sure that was; later, what came of it. */

import type { Millis } from './units.ts';

/** Amounts are percent: 7.4 is 7.4 % more of what `of` names. */
export interface Statement {
  readonly type: string;
  /** What there is more or less of, such as `applications`. */
  readonly of: string;
  /** The median of what it may bring. */
  readonly value: number;
  /** Eight of ten draws lie between the two; null where that is not known. */
  readonly low: number | null;
  readonly high: number | null;
  /** Percent of the draws above 0. */
  readonly confidence: number | null;
  /** Sure enough to be told: 60 % or more, and no interval across 0. */
  readonly known: boolean;
  /** What to do, in words. */
  readonly text?: string;
}

/** `model`: estimated by what was learned until then; `counts`: from what was counted. */
export const BASES = ['model', 'counts'] as const;
export type Basis = (typeof BASES)[number];

/** Why there is no value: the data for it is missing, or the rule is not there any more. */
export type Unrealised = 'no_data' | 'rule_gone';

/** What came of a statement, when its time was over. */
export interface Realised {
  /** Of the action that stated it. */
  readonly id: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly statement: Statement;
  readonly stated_at: Millis;
  /** Whether the action was carried out. */
  readonly applied: boolean;
  /** Percent, as stated; null where nothing can be said. */
  readonly value: number | null;
  /** How likely it is that it came out above 0, and within the stated interval: 0..1; null where that cannot be said. */
  readonly chance: number | null;
  readonly within: number | null;
  readonly because: Basis | Unrealised;
}

const LEAST_CONFIDENCE = 60;

/** From this on a statement is worth making, in either direction. */
export function isKnown(low: number | null, high: number | null, confidence: number | null): boolean {
  if (confidence === null || Math.max(confidence, 100 - confidence) < LEAST_CONFIDENCE) return false;
  return low === null || high === null || low * high > 0;
}
