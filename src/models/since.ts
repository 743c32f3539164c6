/** `since`: whole units of time since the newest event. */

import { DAY, type Millis } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { windowOf } from './window.ts';

/**
 * Formula: min(floor((now − newest time) / unit), floor(until / unit)); absent before the first event, and while
 * a window does not cover the newest. Memory: one number. Cost: O(1) per event.
 */
export function since(options: AggregateOptions): Aggregate {
  const window = windowOf(options);
  const unit = options.unit ?? DAY;
  const cap = Math.floor((options.until ?? Number.POSITIVE_INFINITY) / unit);
  const aggregate: Aggregate<{ time: Millis }> = {
    create: () => ({ time: Number.NEGATIVE_INFINITY }),
    add(state, time, now) {
      if (window.refuses(window.bucket(time), now)) return false;
      if (time > state.time) state.time = time;
      return true;
    },
    value(state, now) {
      if (state.time === Number.NEGATIVE_INFINITY) return undefined;
      if (!window.covers(window.bucket(state.time), now)) return undefined;
      return Math.min(Math.floor((now - state.time) / unit), cap);
    },
    nextChange(state, now) {
      if (state.time === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
      const bucket = window.bucket(state.time);
      if (window.refuses(bucket, now)) return Number.POSITIVE_INFINITY;
      const change = window.change(bucket, now);
      if (window.enters(bucket) > now) return change;
      const units = Math.floor((now - state.time) / unit);
      return units >= cap ? change : Math.min(change, state.time + (units + 1) * unit);
    },
    merge: (states) => ({
      time: states.reduce((time, state) => Math.max(time, state.time), Number.NEGATIVE_INFINITY),
    }),
    encode: (state) => (state.time === Number.NEGATIVE_INFINITY ? null : state.time),
    decode: (stored) => ({ time: typeof stored === 'number' ? stored : Number.NEGATIVE_INFINITY }),
  };
  return aggregate as Aggregate;
}
