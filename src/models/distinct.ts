/** `distinct`: the different fed values. */

import type { Millis } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { compareKeys, decodeTimes, dropOldest, encodeTimes } from './newest.ts';
import { windowOf } from './window.ts';

type Listed = string | number | boolean;

interface Seen {
  /** Newest time of each value. */
  readonly times: Map<Listed, Millis>;
  /** The sorted covered values; undefined when they must be listed again. Callers do not change it. */
  list: readonly Listed[] | undefined;
  /** `list` holds until then. */
  next: Millis;
}

/**
 * Formula: the sorted list of values whose newest time is covered, numbers before texts; empty without data.
 * Objects are listed by their JSON text. Beyond `keep` (256) the oldest by (newest time, value) is forgotten.
 * Memory: one map entry per value. Cost: O(1) for a known value, O(keep log keep) when the list changes.
 */
export function distinct(options: AggregateOptions): Aggregate {
  const window = windowOf(options);
  const keep = options.keep ?? 256;

  function refresh(state: Seen, now: Millis): readonly Listed[] {
    if (state.list !== undefined && now < state.next) return state.list;
    const list: Listed[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const [value, time] of state.times) {
      const bucket = window.bucket(time);
      if (window.refuses(bucket, now)) {
        state.times.delete(value);
        continue;
      }
      if (window.covers(bucket, now)) list.push(value);
      next = Math.min(next, window.change(bucket, now));
    }
    state.next = next;
    state.list = list.sort(compareKeys);
    return list;
  }

  const aggregate: Aggregate<Seen> = {
    create: () => ({ times: new Map(), list: undefined, next: Number.POSITIVE_INFINITY }),
    add(state, time, now, fed) {
      const bucket = window.bucket(time);
      if (window.refuses(bucket, now)) return false;
      const value = listed(fed);
      if (value === undefined) return true;
      const known = state.times.get(value);
      if (known !== undefined && known >= time) return true;
      state.times.set(value, time);
      // a later time in the same bucket changes neither the list nor when it changes
      if (known === undefined || window.bucket(known) !== bucket) state.list = undefined;
      dropOldest(state.times, keep, itself);
      return true;
    },
    value: (state, now) => refresh(state, now),
    nextChange(state, now) {
      refresh(state, now);
      return state.next;
    },
    forget(state, names, until) {
      const before = state.times.size;
      for (const [value, time] of state.times) if (time <= until && names(value)) state.times.delete(value);
      if (state.times.size < before) state.list = undefined;
      return state.times.size < before;
    },
    merge(states) {
      const times = new Map<Listed, Millis>();
      for (const state of states)
        for (const [value, time] of state.times)
          times.set(value, Math.max(time, times.get(value) ?? Number.NEGATIVE_INFINITY));
      while (times.size > keep) dropOldest(times, keep, itself);
      return { times, list: undefined, next: Number.POSITIVE_INFINITY };
    },
    encode: (state) => encodeTimes(state.times),
    decode: (stored) => ({ times: decodeTimes(stored), list: undefined, next: Number.POSITIVE_INFINITY }),
  };
  return aggregate as Aggregate;
}

function listed(value: unknown): Listed | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : undefined;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined;
}

function itself(time: Millis): Millis {
  return time;
}
