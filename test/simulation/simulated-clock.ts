/** A clock that stands still until somebody advances it; sleepers wake in order of their time. */

import type { SteadyClock } from '../../src/core/ports.ts';
import type { Millis } from '../../src/core/units.ts';

export class SimulatedClock implements SteadyClock {
  #now: Millis;
  #sleepers: { readonly due: Millis; readonly wake: () => void }[] = [];

  constructor(start: Millis) {
    this.#now = start;
  }

  now(): Millis {
    return this.#now;
  }

  elapsed(): Millis {
    return this.#now;
  }

  sleep(duration: Millis, signal?: AbortSignal): Promise<void> {
    return new Promise((wake) => {
      const sleeper = { due: this.#now + duration, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        wake();
      });
    });
  }

  /** Time of the sleeper that wakes next; Infinity when all are awake. */
  next(): Millis {
    return this.#sleepers.reduce((least, sleeper) => Math.min(least, sleeper.due), Number.POSITIVE_INFINITY);
  }

  advance(duration: Millis): void {
    if (duration < 0) throw new RangeError(`time does not go back, by ${duration} ms`);
    this.#now += duration;
    const due = this.#sleepers.filter((sleeper) => sleeper.due <= this.#now).sort((a, b) => a.due - b.due);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.due > this.#now);
    for (const sleeper of due) sleeper.wake();
  }
}
