/** `last`: the newest fed value. */

import type { Millis } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { windowOf } from './window.ts';

interface Newest {
  /** -Infinity: nothing yet. */
  time: Millis;
  rank: number;
  value: unknown;
}

/**
 * Formula: the value with the largest (time, rank, JSON text); absent without data, and while the window does
 * not cover the newest. Memory: one value. Cost: O(1) per event.
 */
export function last(options: AggregateOptions): Aggregate {
  const window = windowOf(options);
  const aggregate: Aggregate<Newest> = {
    create: () => ({ time: Number.NEGATIVE_INFINITY, rank: 0, value: undefined }),
    add(state, time, now, value, _key, rank) {
      if (window.refuses(window.bucket(time), now)) return false;
      if (!isValue(value) || !isNewer(state, time, rank, value)) return true;
      state.time = time;
      state.rank = rank;
      state.value = value;
      return true;
    },
    value(state, now) {
      return state.value !== undefined && window.covers(window.bucket(state.time), now)
        ? state.value
        : undefined;
    },
    nextChange(state, now) {
      if (state.value === undefined) return Number.POSITIVE_INFINITY;
      const bucket = window.bucket(state.time);
      return window.refuses(bucket, now) ? Number.POSITIVE_INFINITY : window.change(bucket, now);
    },
    forget(state, names, until) {
      if (state.value === undefined || state.time > until || !names(state.value)) return false;
      Object.assign(state, aggregate.create());
      return true;
    },
    merge(states) {
      const merged: Newest = { time: Number.NEGATIVE_INFINITY, rank: 0, value: undefined };
      for (const { time, rank, value } of states)
        if (value !== undefined && isNewer(merged, time, rank, value))
          Object.assign(merged, { time, rank, value });
      return merged;
    },
    encode: (state) => (state.value === undefined ? 0 : [state.time, state.rank, state.value]),
    decode: (stored) =>
      Array.isArray(stored)
        ? { time: stored[0], rank: stored[1], value: stored[2] }
        : { time: Number.NEGATIVE_INFINITY, rank: 0, value: undefined },
  };
  return aggregate as Aggregate;
}

function isNewer(state: Newest, time: Millis, rank: number, value: unknown): boolean {
  if (time !== state.time) return time > state.time;
  if (rank !== state.rank) return rank > state.rank;
  return JSON.stringify(value) > JSON.stringify(state.value);
}

/** Null and what JSON cannot hold count as absent. */
function isValue(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value !== undefined && value !== null;
}
