/** `count`: how many events. */

import type { Millis } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { onceCount } from './once.ts';
import { type Tally, TallyRing } from './tally.ts';
import { windowOf } from './window.ts';

/**
 * Formula: n = Σ 1 over the covered adds; 0 without data. With `once` see once.ts.
 * Memory: one number; with a window two per bucket that holds something. Cost: O(1) per event.
 */
export function count(options: AggregateOptions): Aggregate {
  if (options.once) return onceCount(options) as Aggregate;
  return (options.window === undefined ? plainCount() : windowedCount(options)) as Aggregate;
}

function plainCount(): Aggregate<{ n: number }> {
  return {
    create: () => ({ n: 0 }),
    add(state) {
      state.n += 1;
      return true;
    },
    takeBack(state) {
      state.n = Math.max(0, state.n - 1);
      return true;
    },
    value: (state) => state.n,
    nextChange: () => Number.POSITIVE_INFINITY,
    merge: (states) => ({ n: states.reduce((n, state) => n + state.n, 0) }),
    encode: (state) => state.n,
    decode: (stored) => ({ n: typeof stored === 'number' ? stored : 0 }),
  };
}

function windowedCount(options: AggregateOptions): Aggregate<Tally> {
  const ring = new TallyRing(windowOf(options), 2);
  return {
    create: () => ring.create(),
    add: (state, time, now) => ring.add(state, time, now, 1),
    takeBack: (state, time, now) => ring.takeBack(state, time, now),
    value(state, now) {
      ring.settle(state, now);
      return state.total;
    },
    nextChange(state, now): Millis {
      ring.settle(state, now);
      return state.next;
    },
    merge: (states) => ring.merge(states),
    encode: (state) => ring.encode(state),
    decode: (stored) => ring.decode(stored),
  };
}
