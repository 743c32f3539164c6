/** One evaluation under way: what it may read and what it may still spend. */

import type { Frame } from './expression.ts';
import { Failure } from './failure.ts';

/** Budgets count work, never time, so that a replay stops at the same place. */
export const MOST_STEPS = 100_000;
export const MOST_DEPTH = 200;
export const LONGEST_TEXT = 100_000;
export const LONGEST_LIST = 100_000;

export class Run {
  frame: Frame | undefined = undefined;
  steps = MOST_STEPS;
  depth = 0;
  /** A list mark or a function was put inside a result: the result must be settled before it leaves. */
  nested = false;

  /** Pays for work; loops and calls do, scalar operators need not since the text is short. */
  spend(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0) throw new Failure('over_budget', `more than ${MOST_STEPS} steps`);
  }

  enter(): void {
    this.spend(1);
    this.depth += 1;
    if (this.depth > MOST_DEPTH)
      throw new Failure('over_budget', `functions nested deeper than ${MOST_DEPTH}`);
  }
}

/** The text itself, if it is not too long. */
export function boundedText(text: string): string {
  if (text.length > LONGEST_TEXT) throw new Failure('over_budget', `a text longer than ${LONGEST_TEXT}`);
  return text;
}

/** Refuses to build a list of that length. */
export function boundLength(length: number): void {
  if (length > LONGEST_LIST) throw new Failure('over_budget', `a list longer than ${LONGEST_LIST}`);
}
