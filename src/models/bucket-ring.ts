/** Numbers per bucket of a window, oldest first, with the covered range kept as time moves on. */

import type { Millis } from '../core/units.ts';
import type { Window } from './window.ts';

/**
 * cells: [bucket, number, …] per bucket, sorted. Cells from `first` to `entered` are covered, later ones wait
 * for `ago` to pass, earlier ones have left. All of this holds from stream time `since` until it reaches `next`.
 */
export interface Ring {
  cells: number[];
  first: number;
  entered: number;
  since: Millis;
  next: Millis;
}

/**
 * What all rings share. Memory: `width` numbers per bucket that holds something and has not left, at most
 * (window + ago) / step buckets. Cost: O(1) at the newest bucket, a binary search and a shift for late ones;
 * each bucket enters and leaves once.
 */
export abstract class BucketRing<State extends Ring> {
  readonly window: Window;
  /** Numbers per cell, 2 or 3, the bucket included. */
  readonly width: 2 | 3;
  /** What a new cell holds before the first add. */
  readonly blank: number;

  constructor(window: Window, width: 2 | 3, blank: number) {
    this.window = window;
    this.width = width;
    this.blank = blank;
  }

  abstract create(): State;
  /** The cell at `at` became covered. */
  protected abstract entering(state: State, at: number): void;
  /** The cell at `at` is covered no more. */
  protected abstract leaving(state: State, at: number): void;

  /** Nothing is covered any more: what was made of the covered cells begins anew. */
  protected abstract rewinding(state: State): void;

  /** Brings the covered range to stream time `now`; where the clock went back, from the beginning. */
  settle(state: State, now: Millis): void {
    if (now < state.next && now >= state.since) return;
    const { window, width } = this;
    if (now < state.since) {
      state.first = 0;
      state.entered = 0;
      this.rewinding(state);
    }
    const cells = state.cells;
    while (state.entered < cells.length && window.enters(cells[state.entered] as number) <= now) {
      this.entering(state, state.entered);
      state.entered += width;
    }
    while (state.first < state.entered && window.leaves(cells[state.first] as number) <= now) {
      this.leaving(state, state.first);
      state.first += width;
    }
    this.forget(state, now);
    state.since = now;
    state.next = this.following(state);
  }

  /** What two cells of the same bucket make: `into[at]` and the next take over those of `from`. */
  protected abstract join(into: number[], at: number, from: readonly number[], other: number): void;

  /** One state of the cells of several that have not left. Cost: O(cells log cells). */
  merge(states: readonly State[]): State {
    const { width, blank } = this;
    const buckets = new Set<number>();
    for (const { cells, first } of states)
      for (let at = first; at < cells.length; at += width) buckets.add(cells[at] as number);
    const merged = this.create();
    const places = new Map<number, number>();
    for (const bucket of [...buckets].sort((a, b) => a - b)) {
      places.set(bucket, merged.cells.length);
      merged.cells.push(...(width === 2 ? [bucket, blank] : [bucket, blank, 0]));
    }
    for (const { cells, first } of states)
      for (let at = first; at < cells.length; at += width)
        this.join(merged.cells, places.get(cells[at] as number) as number, cells, at);
    merged.next = Number.NEGATIVE_INFINITY; // nothing has entered yet: the first use settles
    return merged;
  }

  /** Index of the cell for `bucket`, a blank one if there was none; it has not left. Call `settle` before. */
  protected place(state: State, bucket: number, covered: boolean): number {
    const { width, blank } = this;
    const cells = state.cells;
    let at = cells.length;
    if (at > 0 && cells[at - width] === bucket) return at - width;
    if (at === 0) {
      // a literal takes exactly its size, push would reserve 17 places and most states stay this small
      state.cells = width === 2 ? [bucket, blank] : [bucket, blank, 0];
    } else if (bucket > (cells[at - width] as number)) {
      if (width === 2) cells.push(bucket, blank);
      else cells.push(bucket, blank, 0);
    } else {
      at = this.search(state, bucket);
      if (cells[at] === bucket) return at;
      if (width === 2) cells.splice(at, 0, bucket, blank);
      else cells.splice(at, 0, bucket, blank, 0);
    }
    if (covered) state.entered += width;
    const change = covered ? this.window.leaves(bucket) : this.window.enters(bucket);
    if (change < state.next) state.next = change;
    if (covered) state.since = Math.max(state.since, this.window.enters(bucket));
    return at;
  }

  /** Removes the cell at `at`, as if it had never been. Call `settle` before. */
  protected remove(state: State, at: number, covered: boolean): void {
    state.cells.splice(at, this.width);
    if (covered) state.entered -= this.width;
    state.next = this.following(state);
  }

  /** Flat numbers with each bucket as the difference from the one before; 0 when nothing is kept. */
  encode(state: State): number[] | 0 {
    const { cells } = state;
    const first = this.window.slack > 0 ? 0 : state.first;
    if (first === cells.length) return 0;
    const stored = cells.slice(first);
    for (let at = stored.length - this.width; at > 0; at -= this.width) {
      stored[at] = (stored[at] as number) - (stored[at - this.width] as number);
    }
    return stored;
  }

  decode(stored: unknown): State {
    const state = this.create();
    if (!Array.isArray(stored)) return state;
    const cells = stored.slice() as number[];
    for (let at = this.width; at < cells.length; at += this.width) {
      cells[at] = (cells[at] as number) + (cells[at - this.width] as number);
    }
    state.cells = cells;
    state.next = Number.NEGATIVE_INFINITY; // nothing has entered yet: the first use settles
    return state;
  }

  /** First cell at or after `bucket`, among those that have not left. */
  private search(state: State, bucket: number): number {
    const { width } = this;
    let low = state.first / width;
    let high = state.cells.length / width;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((state.cells[middle * width] as number) < bucket) low = middle + 1;
      else high = middle;
    }
    return low * width;
  }

  private following(state: State): Millis {
    const { cells, first, entered } = state;
    const leaves = first < entered ? this.window.leaves(cells[first] as number) : Number.POSITIVE_INFINITY;
    if (entered === cells.length) return leaves;
    return Math.min(leaves, this.window.enters(cells[entered] as number));
  }

  /** Gives back the room of cells that left for good, once they are at least half. */
  private forget(state: State, now: Millis): void {
    const { cells } = state;
    let gone = state.first;
    while (gone > 0 && !this.window.forgets(cells[gone - this.width] as number, now)) gone -= this.width;
    if (gone === 0 || gone * 2 < cells.length) return;
    state.cells = cells.slice(gone);
    state.entered -= gone;
    state.first -= gone;
  }
}
