/** The numbers that aggregates take: finite and small enough for exact micros. */

import { LARGEST_SUMMAND, type Micros, toMicros } from '../core/units.ts';

/** A fed value as whole micros; undefined for anything that does not count as a number. */
export function summand(value: unknown): Micros | undefined {
  if (typeof value !== 'number' || !(Math.abs(value) <= LARGEST_SUMMAND)) return undefined;
  return toMicros(value) + 0; // + 0: no negative zero, which JSON would not keep
}
