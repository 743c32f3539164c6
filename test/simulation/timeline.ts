/** Simulated time: things happen one after the other, by their time and, at the same time, by lot. */

import type { Millis } from '../../src/core/units.ts';
import type { Random } from '../oracle/random.ts';

interface Happening {
  readonly at: Millis;
  readonly lot: number;
  readonly happens: () => void;
  off: boolean;
}

export class Timeline {
  now: Millis;
  /** How many things have happened. */
  steps = 0;
  readonly #random: Random;
  readonly #heap: Happening[] = [];

  constructor(start: Millis, random: Random) {
    this.now = start;
    this.#random = random;
  }

  /** Lets something happen in `delay` ms; answers how to call it off. */
  after(delay: Millis, happens: () => void): () => void {
    const happening = { at: this.now + delay, lot: this.#random.next(), happens, off: false };
    push(this.#heap, happening);
    return () => {
      happening.off = true;
    };
  }

  /** Goes on until `done`, which is looked at after each thing that happened; false when `until` comes first. */
  async run(done: () => boolean, until: Millis): Promise<boolean> {
    for (;;) {
      // what was woken, and what breathes in between, has its turn before the next thing happens
      await new Promise((resolve) => setImmediate(resolve));
      if (done()) return true;
      let next = this.#heap[0];
      while (next?.off) {
        pop(this.#heap);
        next = this.#heap[0];
      }
      if (next === undefined || next.at > until) {
        this.now = Math.max(this.now, until);
        return false;
      }
      pop(this.#heap);
      this.now = next.at;
      this.steps += 1;
      next.happens();
    }
  }

  /** Nothing of what was to come happens. */
  clear(): void {
    this.#heap.length = 0;
  }
}

function isBefore(a: Happening, b: Happening): boolean {
  return a.at < b.at || (a.at === b.at && a.lot < b.lot);
}

function push(heap: Happening[], happening: Happening): void {
  let at = heap.length;
  heap.push(happening);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Happening;
    if (!isBefore(happening, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = happening;
}

function pop(heap: Happening[]): void {
  const last = heap.pop() as Happening;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    const right = heap[child + 1];
    if (right && isBefore(right, heap[child] as Happening)) child += 1;
    if (!isBefore(heap[child] as Happening, last)) break;
    heap[at] = heap[child] as Happening;
    at = child;
  }
  heap[at] = last;
}
