/** `sum`: the sum of the fed numbers. */

import { fromMicros, type Micros } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { summand } from './summand.ts';
import { type Tally, TallyRing } from './tally.ts';
import { windowOf } from './window.ts';

/**
 * Formula: Σ round(v · 10^6) / 10^6 over the covered adds, exact below 2^53 micros; 0 without data.
 * Memory: one number; with a window two per bucket that holds something. Cost: O(1) per event.
 */
export function sum(options: AggregateOptions): Aggregate {
  return (options.window === undefined ? plainSum() : windowedSum(options)) as Aggregate;
}

function plainSum(): Aggregate<{ micros: Micros }> {
  return {
    create: () => ({ micros: 0 }),
    add(state, _time, _now, value) {
      const micros = summand(value);
      if (micros !== undefined) state.micros += micros;
      return true;
    },
    takeBack(state, _time, _now, value) {
      state.micros -= summand(value) ?? 0;
      return true;
    },
    value: (state) => fromMicros(state.micros),
    nextChange: () => Number.POSITIVE_INFINITY,
    merge: (states) => ({ micros: states.reduce((micros, state) => micros + state.micros, 0) }),
    encode: (state) => state.micros,
    decode: (stored) => ({ micros: typeof stored === 'number' ? stored : 0 }),
  };
}

function windowedSum(options: AggregateOptions): Aggregate<Tally> {
  const window = windowOf(options);
  const ring = new TallyRing(window, 2);
  return {
    create: () => ring.create(),
    add(state, time, now, value) {
      const micros = summand(value);
      if (micros === undefined) return !window.refuses(window.bucket(time), now);
      return ring.add(state, time, now, micros);
    },
    takeBack: (state, time, now, value) => ring.takeBack(state, time, now, summand(value) ?? 0),
    value(state, now) {
      ring.settle(state, now);
      return fromMicros(state.total);
    },
    nextChange(state, now) {
      ring.settle(state, now);
      return state.next;
    },
    merge: (states) => ring.merge(states),
    encode: (state) => ring.encode(state),
    decode: (stored) => ring.decode(stored),
  };
}
