/** `avg`: the mean of the fed numbers, as sum ÷ count. */

import { fromMicros, type Micros } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { summand } from './summand.ts';
import { type Tally, TallyRing } from './tally.ts';
import { windowOf } from './window.ts';

/**
 * Formula: (Σ round(v · 10^6) / n) / 10^6 over the covered adds; absent without data.
 * Memory: two numbers; with a window three per bucket that holds something. Cost: O(1) per event.
 */
export function average(options: AggregateOptions): Aggregate {
  return (options.window === undefined ? plainAverage() : windowedAverage(options)) as Aggregate;
}

function plainAverage(): Aggregate<{ micros: Micros; times: number }> {
  return {
    create: () => ({ micros: 0, times: 0 }),
    add(state, _time, _now, value) {
      const micros = summand(value);
      if (micros === undefined) return true;
      state.micros += micros;
      state.times += 1;
      return true;
    },
    takeBack(state, _time, _now, value) {
      const micros = summand(value);
      if (micros === undefined || state.times === 0) return true;
      state.times -= 1;
      state.micros = state.times === 0 ? 0 : state.micros - micros;
      return true;
    },
    value: (state) => (state.times === 0 ? undefined : fromMicros(state.micros / state.times)),
    nextChange: () => Number.POSITIVE_INFINITY,
    merge: (states) => ({
      micros: states.reduce((micros, state) => micros + state.micros, 0),
      times: states.reduce((times, state) => times + state.times, 0),
    }),
    encode: (state) => (state.times === 0 ? 0 : [state.micros, state.times]),
    decode: (stored) =>
      Array.isArray(stored) ? { micros: stored[0], times: stored[1] } : { micros: 0, times: 0 },
  };
}

function windowedAverage(options: AggregateOptions): Aggregate<Tally> {
  const window = windowOf(options);
  const ring = new TallyRing(window, 3);
  return {
    create: () => ring.create(),
    add(state, time, now, value) {
      const micros = summand(value);
      if (micros === undefined) return !window.refuses(window.bucket(time), now);
      return ring.add(state, time, now, micros);
    },
    takeBack(state, time, now, value) {
      const micros = summand(value);
      if (micros === undefined) return !window.refuses(window.bucket(time), now);
      return ring.takeBack(state, time, now, micros);
    },
    value(state, now) {
      ring.settle(state, now);
      return state.times === 0 ? undefined : fromMicros(state.total / state.times);
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
