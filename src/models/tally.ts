/** Running totals of a window: the ring below count, sum and avg. */

import type { Millis } from '../core/units.ts';
import { BucketRing, type Ring } from './bucket-ring.ts';
import type { Window } from './window.ts';

export interface Tally extends Ring {
  /** Sum of the covered amounts, a whole number. */
  total: number;
  /** How many were added; kept only by rings of width 3. */
  times: number;
}

/** Whole numbers only: adding and taking away again is then exact, whatever the order. */
export class TallyRing extends BucketRing<Tally> {
  constructor(window: Window, width: 2 | 3) {
    super(window, width, 0);
  }

  create(): Tally {
    const never = { since: Number.POSITIVE_INFINITY, next: Number.POSITIVE_INFINITY };
    return { cells: [], first: 0, entered: 0, ...never, total: 0, times: 0 };
  }

  add(state: Tally, time: Millis, now: Millis, amount: number, times = 1): boolean {
    this.settle(state, now);
    const bucket = this.window.bucket(time);
    if (this.window.refuses(bucket, now)) return false;
    const covered = this.window.enters(bucket) <= now;
    const at = this.place(state, bucket, covered);
    const cells = state.cells;
    cells[at + 1] = (cells[at + 1] as number) + amount;
    if (covered) state.total += amount;
    if (this.width === 3) {
      cells[at + 2] = (cells[at + 2] as number) + times;
      if (covered) state.times += times;
    }
    return true;
  }

  /** Takes back one earlier add of 1 or of the amount, unless it has left or its bucket is empty; false when it has left. */
  takeBack(state: Tally, time: Millis, now: Millis, amount?: number): boolean {
    this.settle(state, now);
    const bucket = this.window.bucket(time);
    if (this.window.refuses(bucket, now)) return false;
    const covered = this.window.enters(bucket) <= now;
    const before = state.cells.length;
    const at = this.place(state, bucket, covered);
    const { cells } = state;
    const isEmpty = cells.length > before;
    const left = isEmpty ? 0 : (cells[at + 1] as number) - (amount ?? 1);
    const times = this.width === 2 || isEmpty ? 0 : (cells[at + 2] as number) - 1;
    if (!isEmpty && covered) {
      state.total -= amount ?? 1;
      if (this.width === 3) state.times -= 1;
    }
    // amounts of 0 may be left, as long as nobody counts them
    if (isEmpty || (left === 0 && times === 0 && (amount === undefined || this.width === 3))) {
      this.remove(state, at, covered);
      return true;
    }
    cells[at + 1] = left;
    if (this.width === 3) cells[at + 2] = times;
    return true;
  }

  protected override join(into: number[], at: number, from: readonly number[], other: number): void {
    for (let i = 1; i < this.width; i++)
      into[at + i] = (into[at + i] as number) + (from[other + i] as number);
  }

  protected override rewinding(state: Tally): void {
    state.total = 0;
    state.times = 0;
  }

  protected override entering(state: Tally, at: number): void {
    state.total += state.cells[at + 1] as number;
    if (this.width === 3) state.times += state.cells[at + 2] as number;
  }

  protected override leaving(state: Tally, at: number): void {
    state.total -= state.cells[at + 1] as number;
    if (this.width === 3) state.times -= state.cells[at + 2] as number;
  }
}
