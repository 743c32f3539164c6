/** `pairs`: the mean response time from one event to another with the same key. */

import { HOUR, type Millis } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { dropOldest } from './newest.ts';
import { windowOf } from './window.ts';

/** Newest from-times remembered per key. */
const FROM_KEPT = 8;

interface Pair {
  /** Sorted. */
  from: Millis[];
  /** The smallest; Infinity: none yet. */
  to: Millis;
  /** The largest time of either. */
  seen: Millis;
}

interface Pairs {
  readonly keys: Map<string, Pair>;
  /** Sum of the covered responses and how many; they hold until `next`. */
  total: Millis;
  times: number;
  next: Millis;
}

/**
 * Formula: mean over the covered keys of (smallest to-time − largest from-time not after it) / unit; a response
 * stands at its to-time; absent without one. Per key the 8 newest from-times, and the `keep` (32) keys with the
 * newest time are remembered. Memory: ≤ 10 numbers per key. Cost: O(keep) per event.
 */
export function pairs(options: AggregateOptions): Aggregate {
  const window = windowOf(options);
  const unit = options.unit ?? HOUR;
  const keep = options.keep ?? 32;

  function refresh(state: Pairs, now: Millis): void {
    if (now < state.next) return;
    state.total = 0;
    state.times = 0;
    state.next = Number.POSITIVE_INFINITY;
    for (const pair of state.keys.values()) {
      const started = startOf(pair);
      if (started === undefined) continue;
      const bucket = window.bucket(pair.to);
      if (window.refuses(bucket, now)) continue;
      state.next = Math.min(state.next, window.change(bucket, now));
      if (!window.covers(bucket, now)) continue;
      state.total += pair.to - started;
      state.times += 1;
    }
  }

  const aggregate: Aggregate<Pairs> = {
    create: () => ({ keys: new Map(), total: 0, times: 0, next: Number.POSITIVE_INFINITY }),
    add(state, time, now, _value, key, rank) {
      if (window.refuses(window.bucket(time), now)) return false;
      if (key === undefined) return true;
      const pair = state.keys.get(key) ?? { from: [], to: Number.POSITIVE_INFINITY, seen: time };
      if (rank === 0) insert(pair.from, time);
      else pair.to = Math.min(pair.to, time);
      pair.seen = Math.max(pair.seen, time);
      state.keys.set(key, pair);
      const complete = pair.to !== Number.POSITIVE_INFINITY;
      if (complete || state.keys.size > keep) state.next = Number.NEGATIVE_INFINITY;
      dropOldest(state.keys, keep, seenOf);
      return true;
    },
    value(state, now) {
      refresh(state, now);
      return state.times === 0 ? undefined : state.total / state.times / unit;
    },
    nextChange(state, now) {
      refresh(state, now);
      return state.next;
    },
    encode: (state) => (state.keys.size === 0 ? 0 : Array.from(state.keys, encodePair)),
    decode(stored) {
      const keys = new Map<string, Pair>(Array.isArray(stored) ? stored.map(decodePair) : []);
      return { keys, total: 0, times: 0, next: Number.NEGATIVE_INFINITY };
    },
  };
  return aggregate as Aggregate;
}

function startOf(pair: Pair): Millis | undefined {
  if (pair.to === Number.POSITIVE_INFINITY) return undefined;
  for (let at = pair.from.length - 1; at >= 0; at -= 1) {
    const time = pair.from[at] as Millis;
    if (time <= pair.to) return time;
  }
  return undefined;
}

/** Sorted insert of a time that is not there yet; the oldest goes when there are too many. */
function insert(times: Millis[], time: Millis): void {
  let at = times.length;
  while (at > 0 && (times[at - 1] as Millis) > time) at -= 1;
  if (times[at - 1] === time) return;
  times.splice(at, 0, time);
  if (times.length > FROM_KEPT) times.shift();
}

function seenOf(pair: Pair): Millis {
  return pair.seen;
}

/** [key, largest time, smallest to-time before it or null, from-times before it …]. */
function encodePair([key, { from, to, seen }]: [string, Pair]): unknown[] {
  const stored: unknown[] = [key, seen, to === Number.POSITIVE_INFINITY ? null : seen - to];
  for (let at = 0; at < from.length; at++) stored.push(seen - (from[at] as Millis));
  return stored;
}

function decodePair([key, seen, to, ...from]: [string, Millis, Millis | null, ...Millis[]]): [string, Pair] {
  return [
    key,
    {
      from: from.map((before) => seen - before),
      to: to === null ? Number.POSITIVE_INFINITY : seen - to,
      seen,
    },
  ];
}
