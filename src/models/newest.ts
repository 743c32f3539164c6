/** A bounded memory of keys: the newest by (time, key) stay. */

import type { Millis } from '../core/units.ts';

/** Order of keys and listed values: numbers by size, then the others by code unit. */
export function compareKeys(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number') return -1;
  if (typeof b === 'number') return 1;
  if (typeof a !== typeof b) return typeof a < typeof b ? -1 : 1;
  return (a as string) < (b as string) ? -1 : a === b ? 0 : 1;
}

/** Removes the oldest key when there are more than `keep`. Cost: O(keep), only when full. */
export function dropOldest<Key, Kept>(
  kept: Map<Key, Kept>,
  keep: number,
  timeOf: (kept: Kept) => Millis,
): void {
  if (kept.size <= keep) return;
  let oldest: Key | undefined;
  let oldestTime = Number.POSITIVE_INFINITY;
  for (const [key, value] of kept) {
    const time = timeOf(value);
    if (time < oldestTime || (time === oldestTime && compareKeys(key, oldest) < 0)) {
      oldest = key;
      oldestTime = time;
    }
  }
  kept.delete(oldest as Key);
}

/** Key → time as a flat list, each time as the difference from the one before; 0 when empty. */
export function encodeTimes(times: ReadonlyMap<unknown, Millis>): unknown[] | 0 {
  if (times.size === 0) return 0;
  const stored: unknown[] = [];
  let before = 0;
  for (const [key, time] of times) {
    stored.push(key, time - before);
    before = time;
  }
  return stored;
}

export function decodeTimes<Key>(stored: unknown): Map<Key, Millis> {
  const times = new Map<Key, Millis>();
  if (!Array.isArray(stored)) return times;
  let time = 0;
  for (let at = 0; at < stored.length; at += 2) {
    time += stored[at + 1];
    times.set(stored[at], time);
  }
  return times;
}
