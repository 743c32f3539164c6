/** How often a caller may ask: a bucket each, which fills again at a steady rate. */

import { type Millis, SECOND } from '../core/units.ts';

interface Bucket {
  left: number;
  at: Millis;
}

/** Callers remembered at once; whoever asked longest ago is forgotten first. */
const MOST_CALLERS = 10_000;
/** Seconds of the rate that may come at once. */
const BURST = 2;

export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();

  /**
   * Takes one request.
   * @returns 0 when it may go on, else after how many seconds it may be tried again
   */
  take(caller: string, perSecond: number, now: Millis): number {
    const known = this.#buckets.get(caller);
    const full = Math.max(1, perSecond * BURST);
    const left = known
      ? Math.min(full, known.left + (Math.max(0, now - known.at) / SECOND) * perSecond)
      : full;
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { left: left >= 1 ? left - 1 : left, at: now });
    if (this.#buckets.size > MOST_CALLERS)
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    return left >= 1 ? 0 : Math.max(1, Math.ceil((1 - left) / perSecond));
  }
}
