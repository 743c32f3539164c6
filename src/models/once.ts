/** `count … once`: how many different keys, each counted where it was first seen. */

import type { Millis } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { decodeTimes, dropOldest, encodeTimes } from './newest.ts';
import { type Tally, TallyRing } from './tally.ts';
import { windowOf } from './window.ts';

export interface OnceState {
  readonly tally: Tally;
  /** Smallest time of each remembered key. */
  readonly times: Map<string, Millis>;
}

/**
 * Formula: the number of keys whose smallest time is covered; events without a key do not count.
 * The newest `keep` keys (1024) are remembered; a forgotten one stays counted, and counts again if it returns.
 * Memory: one map entry per remembered key. Cost: O(1) per event; O(keep) for a new key once full.
 */
export function onceCount(options: AggregateOptions): Aggregate<OnceState> {
  const window = windowOf(options);
  const ring = new TallyRing(window, 2);
  const keep = options.keep ?? 1024;
  return {
    create: () => ({ tally: ring.create(), times: new Map() }),
    add({ tally, times }, time, now, _value, key) {
      if (window.refuses(window.bucket(time), now)) return false;
      if (key === undefined) return true;
      const known = times.get(key);
      if (known !== undefined && known <= time) return true;
      if (known !== undefined) ring.takeBack(tally, known, now);
      ring.add(tally, time, now, 1);
      times.set(key, time);
      dropOldest(times, keep, itself);
      return true;
    },
    forget({ times }, names, until) {
      const before = times.size;
      for (const [key, time] of times) if (time <= until && names(key)) times.delete(key);
      return times.size < before;
    },
    value({ tally }, now) {
      ring.settle(tally, now);
      return tally.total;
    },
    nextChange({ tally }, now) {
      ring.settle(tally, now);
      return tally.next;
    },
    merge(states) {
      const tally = ring.merge(states.map((state) => state.tally));
      const times = new Map<string, Millis>();
      for (const state of states)
        for (const [key, time] of state.times) {
          const known = times.get(key);
          // counted by several parts: it counts where it was first seen
          if (known !== undefined) ring.takeBack(tally, Math.max(known, time), Number.NEGATIVE_INFINITY);
          times.set(key, Math.min(time, known ?? time));
        }
      while (times.size > keep) dropOldest(times, keep, itself);
      return { tally, times };
    },
    encode: ({ tally, times }) => (times.size === 0 ? 0 : [ring.encode(tally), encodeTimes(times)]),
    decode(stored) {
      const [cells, times] = Array.isArray(stored) ? stored : [0, 0];
      return { tally: ring.decode(cells), times: decodeTimes<string>(times) };
    },
  };
}

function itself(time: Millis): Millis {
  return time;
}
