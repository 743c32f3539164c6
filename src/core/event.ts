/** An event: something that happened, decoded, checked and normalised. */

import type { Millis } from './units.ts';

/**
 * `data` holds the event's own fields after normalisation: entity ids are strings, money is a number of
 * currency units with at most 6 decimals (so `toMicros` is exact), unknown fields are kept as they came.
 */
export interface WeirEvent {
  readonly id: string;
  /** Who sent it; with `id` the idempotency key. */
  readonly source: string;
  readonly type: string;
  /** Event time. */
  readonly time: Millis;
  readonly data: Readonly<Record<string, unknown>>;
  /** 24 bits that visitors have in common with many others: tells one who comes again at once, kept until 128 others came. */
  readonly visitor?: number;
  /** Personal fields, taken out of `data`: for the entity's person record only, never for rules, logs or metrics. */
  readonly person?: Readonly<Record<string, string>>;
}
