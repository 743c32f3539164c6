/** A decision: a published result with its inputs, rule version and reasons; the element of the outbox. */

import type { ActionNews } from './action.ts';
import type { EntryId } from './entry.ts';
import type { Realised } from './statement.ts';
import type { Millis } from './units.ts';

/** Why a result is what it is: one factor, one picked line or one moved channel. */
export interface Reason {
  readonly name: string;
  /** What this reason adds: points of a factor, currency units moved by an allocation; absent for picked lines. */
  readonly points?: number;
  /** True when a factor had no data and so counted 0. */
  readonly no_data?: true;
  /** The features this reason read and their values at decision time; absent features are null. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** `id` is `<partition>-<incarnation>-<seq>`: unique, and it names the log that can judge it. */
export interface Decision {
  readonly id: string;
  readonly rule: string;
  readonly version: number;
  readonly mode: 'live' | 'shadow';
  /** Hash of the rule set in force. */
  readonly rules: string;
  readonly kind: string;
  readonly entity: string;
  /** Stream time of the step that decided. */
  readonly time: Millis;
  /** The log entry being applied. */
  readonly entry: EntryId;
  /** What made the rule run: an event, or time itself. */
  readonly cause: { readonly event: string; readonly type: string } | { readonly timer: Millis };
  readonly value: unknown;
  /** The previously published value; null for the first. */
  readonly old: unknown;
  readonly class?: string;
  /** value − old, when both are numbers. */
  readonly change?: number;
  /** Names that came and went, for picks. */
  readonly entered?: readonly string[];
  readonly left?: readonly string[];
  readonly reasons: readonly Reason[];
  /** The rule failed or ran out of budget: no action, and this is why. */
  readonly error?: string;
  /** Every name that came or went is muted: it is kept, and no subscription tells it. */
  readonly muted?: true;
  /** It is about an imported past: it is kept, and nobody outside is told. */
  readonly past?: true;
  /** The decision is about an action: proposed, judged, carried out, or refused an entry about it. */
  readonly act?: ActionNews;
  /** What came of what an action was said to bring. */
  readonly realised?: Realised;
  readonly late?: true;
  /** The last decision of this rule and entity before this one, when a late event caused it. */
  readonly amends?: string;
}

/** An entry refused with a reason: the exact bytes and where they stood. */
export interface DeadLetter {
  readonly reason: DeadReason;
  /** One sentence for people: what was wrong, with the value. */
  readonly problem: string;
  readonly type?: string;
  readonly entry: EntryId;
  readonly index: number;
  readonly raw: string;
  readonly encoding: 'utf8' | 'base64';
}

/** Closed set: it is a metric label. */
export type DeadReason =
  | 'bad_json'
  | 'bad_utf8'
  | 'not_an_event'
  | 'unknown_type'
  | 'bad_field'
  | 'bad_id'
  | 'bad_time'
  | 'bad_money'
  | 'currency_mix'
  | 'too_large'
  | 'forbidden_key'
  | 'future_time'
  | 'id_conflict'
  | 'unknown_action'
  | 'reserved_type';
