/** The bucket arithmetic of windows: which buckets count at a stream time, and when that changes by itself. */

import { DAY, type Millis } from '../core/units.ts';
import { type AggregateOptions, windowStep } from './aggregate.ts';

/**
 * Time is cut into buckets of `step`, bucket b = floor(time / step). A window of `size` buckets that looks `gap`
 * buckets back counts bucket b from `enters(b)` until `leaves(b)`; afterwards it can never count again.
 */
export class Window {
  readonly step: Millis;
  readonly size: number;
  readonly gap: number;
  /** How long a bucket is kept after it left: the clock may go back that far. */
  readonly slack: Millis;

  constructor(step: Millis, size: number, gap: number, slack: Millis = 0) {
    this.step = step;
    this.size = size;
    this.gap = gap;
    this.slack = slack;
  }

  bucket(time: Millis): number {
    return Math.floor(time / this.step);
  }

  enters(bucket: number): Millis {
    return (bucket + this.gap) * this.step;
  }

  leaves(bucket: number): Millis {
    return (bucket + this.gap + this.size) * this.step;
  }

  covers(bucket: number, now: Millis): boolean {
    return this.enters(bucket) <= now && now < this.leaves(bucket);
  }

  /** True when `bucket` has left: an add to it is refused. */
  refuses(bucket: number, now: Millis): boolean {
    return this.leaves(bucket) <= now;
  }

  /** True when `bucket` left so long ago that it can never come back. */
  forgets(bucket: number, now: Millis): boolean {
    return this.leaves(bucket) + this.slack <= now;
  }

  /** The next time after `now` at which `bucket` enters or leaves; for a bucket that has not left. */
  change(bucket: number, now: Millis): Millis {
    const enters = this.enters(bucket);
    return enters > now ? enters : this.leaves(bucket);
  }
}

/** Between the first and the last time zone lie 26 hours. */
const FURTHEST_BACK: Millis = 2 * DAY;

/** No window: one bucket for all times, which never leaves. */
const ALWAYS = new Window(Number.MAX_VALUE, Number.POSITIVE_INFINITY, 0);

/** The window of a declared aggregate; `ago` shifts a window and says nothing without one. */
export function windowOf(options: AggregateOptions): Window {
  if (options.window === undefined) return ALWAYS;
  const ago = options.ago ?? 0;
  const step = options.step ?? windowStep(options.window + ago);
  const size = Math.max(1, Math.ceil(options.window / step));
  return new Window(step, size, Math.ceil(ago / step), options.local ? FURTHEST_BACK : 0);
}
