/** `min` and `max`: the smallest and the largest of the fed numbers. */

import { fromMicros, type Micros, type Millis } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { BucketRing, type Ring } from './bucket-ring.ts';
import { summand } from './summand.ts';
import { type Window, windowOf } from './window.ts';

/**
 * Formula: the smallest covered number, rounded to micros; absent without data.
 * Memory: one number; with a window two per bucket that holds something.
 * Cost: O(1) per event; O(buckets) when the bucket that holds the extreme leaves.
 */
export function minimum(options: AggregateOptions): Aggregate {
  return extreme(options, Math.min, Number.POSITIVE_INFINITY);
}

/** As `minimum`, for the largest. */
export function maximum(options: AggregateOptions): Aggregate {
  return extreme(options, Math.max, Number.NEGATIVE_INFINITY);
}

type Better = (a: Micros, b: Micros) => Micros;

interface Extreme extends Ring {
  best: Micros;
  /** True when the bucket of `best` has left: it must be found again. */
  stale: boolean;
}

class ExtremeRing extends BucketRing<Extreme> {
  private readonly better: Better;

  constructor(window: Window, better: Better, none: Micros) {
    super(window, 2, none);
    this.better = better;
  }

  create(): Extreme {
    const never = { since: Number.POSITIVE_INFINITY, next: Number.POSITIVE_INFINITY };
    return { cells: [], first: 0, entered: 0, ...never, best: this.blank, stale: false };
  }

  add(state: Extreme, time: Millis, now: Millis, micros: Micros): boolean {
    this.settle(state, now);
    const bucket = this.window.bucket(time);
    if (this.window.refuses(bucket, now)) return false;
    const covered = this.window.enters(bucket) <= now;
    const at = this.place(state, bucket, covered) + 1;
    state.cells[at] = this.better(state.cells[at] as number, micros);
    if (covered) state.best = this.better(state.best, micros);
    return true;
  }

  /** The extreme of the covered cells; the blank when there are none. */
  best(state: Extreme, now: Millis): Micros {
    this.settle(state, now);
    if (!state.stale) return state.best;
    let best = this.blank;
    for (let at = state.first; at < state.entered; at += 2) {
      best = this.better(best, state.cells[at + 1] as number);
    }
    state.best = best;
    state.stale = false;
    return best;
  }

  protected override join(into: number[], at: number, from: readonly number[], other: number): void {
    into[at + 1] = this.better(into[at + 1] as number, from[other + 1] as number);
  }

  protected override rewinding(state: Extreme): void {
    state.best = this.blank;
    state.stale = false;
  }

  protected override entering(state: Extreme, at: number): void {
    state.best = this.better(state.best, state.cells[at + 1] as number);
  }

  protected override leaving(state: Extreme, at: number): void {
    if (state.cells[at + 1] === state.best) state.stale = true;
  }
}

function extreme(options: AggregateOptions, better: Better, none: Micros): Aggregate {
  return (
    options.window === undefined ? plainExtreme(better, none) : windowedExtreme(options, better, none)
  ) as Aggregate;
}

function plainExtreme(better: Better, none: Micros): Aggregate<{ best: Micros }> {
  return {
    create: () => ({ best: none }),
    add(state, _time, _now, value) {
      const micros = summand(value);
      if (micros !== undefined) state.best = better(state.best, micros);
      return true;
    },
    value: (state) => (state.best === none ? undefined : fromMicros(state.best)),
    nextChange: () => Number.POSITIVE_INFINITY,
    merge: (states) => ({ best: states.reduce((best, state) => better(best, state.best), none) }),
    encode: (state) => (state.best === none ? null : state.best),
    decode: (stored) => ({ best: typeof stored === 'number' ? stored : none }),
  };
}

function windowedExtreme(options: AggregateOptions, better: Better, none: Micros): Aggregate<Extreme> {
  const window = windowOf(options);
  const ring = new ExtremeRing(window, better, none);
  return {
    create: () => ring.create(),
    add(state, time, now, value) {
      const micros = summand(value);
      if (micros === undefined) return !window.refuses(window.bucket(time), now);
      return ring.add(state, time, now, micros);
    },
    value(state, now) {
      const best = ring.best(state, now);
      return best === none ? undefined : fromMicros(best);
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
