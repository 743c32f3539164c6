/** A binary heap of (due, entity key): the timers of the entities in memory, earliest first. */

import { compareKeys } from '../core/entity-key.ts';
import type { Millis } from '../core/units.ts';

/** Entries are never removed when a due time moves; whoever pops one checks that it still stands. */
export class TimerHeap {
  private readonly dues: number[] = [];
  private readonly keys: string[] = [];

  get size(): number {
    return this.dues.length;
  }

  peekDue(): Millis {
    return this.dues[0] ?? Number.POSITIVE_INFINITY;
  }

  push(due: Millis, key: string): void {
    let i = this.dues.length;
    this.dues.push(due);
    this.keys.push(key);
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (!this.before(i, up)) break;
      this.swap(i, up);
      i = up;
    }
  }

  /** Removes and returns the key of the earliest entry; undefined when empty. */
  pop(): string | undefined {
    const size = this.dues.length;
    if (size === 0) return undefined;
    const key = this.keys[0] as string;
    this.swap(0, size - 1);
    this.dues.pop();
    this.keys.pop();
    let i = 0;
    for (;;) {
      const left = 2 * i + 1;
      let least = i;
      if (left < size - 1 && this.before(left, least)) least = left;
      if (left + 1 < size - 1 && this.before(left + 1, least)) least = left + 1;
      if (least === i) return key;
      this.swap(i, least);
      i = least;
    }
  }

  clear(): void {
    this.dues.length = 0;
    this.keys.length = 0;
  }

  private before(a: number, b: number): boolean {
    const difference = (this.dues[a] as number) - (this.dues[b] as number);
    return (
      difference < 0 || (difference === 0 && compareKeys(this.keys[a] as string, this.keys[b] as string) < 0)
    );
  }

  private swap(a: number, b: number): void {
    const due = this.dues[a] as number;
    this.dues[a] = this.dues[b] as number;
    this.dues[b] = due;
    const key = this.keys[a] as string;
    this.keys[a] = this.keys[b] as string;
    this.keys[b] = key;
  }
}
