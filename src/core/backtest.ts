/** What a history would have been under another rule set, as it is kept for whoever asks. */

import type { Decision } from './decision.ts';
import type { Millis } from './units.ts';

/** The decisions of one rule under both sets, and what its entities have in the end. */
export interface RuleOutcome {
  readonly rule: string;
  readonly kind: string;
  readonly published: readonly [old: number, next: number];
  readonly changes: Readonly<Record<'added' | 'removed' | 'changed' | 'reasons', number>>;
  /** Entities with another result at the end; of those, whose number is larger, and whose is smaller. */
  readonly differing: number;
  readonly up: number;
  readonly down: number;
  /** Largest differences first; `id` of the entity. */
  readonly ends: readonly { readonly id: string; readonly old: unknown; readonly new: unknown }[];
  /** What actions would have moved, by currency, in its units. */
  readonly money: readonly {
    readonly currency: string;
    readonly actions: readonly [old: number, next: number];
    readonly amounts: readonly [old: number, next: number];
  }[];
  /** The first decisions that differ. */
  readonly examples: readonly {
    readonly type: 'added' | 'removed' | 'changed' | 'reasons';
    readonly old: Decision | null;
    readonly new: Decision | null;
  }[];
}

export interface BacktestOutcome {
  readonly events: number;
  /** Stream time at the beginning and the end. */
  readonly from: Millis;
  readonly to: Millis;
  /** How long it took. */
  readonly took: Millis;
  /** What means something else: `changed rule conversion`. */
  readonly definitions: readonly {
    readonly type: 'added' | 'removed' | 'changed';
    readonly sort: string;
    readonly name: string;
  }[];
  /** Features whose window reaches behind the beginning of the history, and until when. */
  readonly cold: readonly { readonly feature: string; readonly warmFrom: Millis }[];
  /** Rules that may decide otherwise, those that do first. */
  readonly rules: readonly RuleOutcome[];
}

/** How far a backtest has come. */
export type BacktestStanding =
  | { readonly state: 'running'; readonly share: number; readonly events: number }
  | { readonly state: 'done'; readonly outcome: BacktestOutcome }
  | { readonly state: 'failed'; readonly problem: string };

/** Two rule sets by their hashes; as `new` also `files`, with a digest of their texts: those that stand in the folder. */
export interface BacktestSides {
  readonly old: string;
  readonly new: string;
}

export function decidesOtherwise({ changes, differing }: RuleOutcome): boolean {
  return changes.added + changes.removed + changes.changed + differing > 0;
}
