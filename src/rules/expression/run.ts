/** One evaluation under way: what it may read and what it may still spend. */

import type { Frame } from './expression.ts';
import { Failure } from './failure.ts';

/** Budgets count work, never time, so that a replay stops at the same place. */
export interface Budget {
  readonly steps: number;
  /** Calls within calls. */
  readonly depth: number;
  /** Characters of any text that is made. */
  readonly text: number;
  /** Items of any list that is made. */
  readonly list: number;
}

export const BUDGET: Budget = { steps: 40_000, depth: 200, text: 100_000, list: 100_000 };

/** Deeper data would fill the stack of what walks through it. */
const DEEPEST_DATA = 1000;

export class Run {
  readonly budget: Budget;
  frame: Frame | undefined = undefined;
  /** The whole input and the variables handed over, where an expression may see them. */
  input: unknown = undefined;
  bindings: Readonly<Record<string, unknown>> | undefined = undefined;
  steps: number;
  depth = 0;
  /** A list mark or a function is within the result: it must be settled before it leaves. */
  nested = false;

  constructor(budget: Budget = BUDGET) {
    this.budget = budget;
    this.steps = budget.steps;
  }

  /** Ready for the next evaluation. */
  reset(): void {
    this.steps = this.budget.steps;
    this.depth = 0;
    this.nested = false;
  }

  /** Pays for work; loops and calls do, scalar operators need not since the text is short. */
  spend(steps: number): void {
    this.steps -= steps;
    // Not-a-number too.
    if (!(this.steps >= 0)) throw new Failure('over_budget', `more than ${this.budget.steps} steps`);
  }

  enter(): void {
    this.spend(5);
    this.depth += 1;
    if (this.depth > this.budget.depth)
      throw new Failure('over_budget', `functions nested deeper than ${this.budget.depth}`);
  }

  /** Refuses to follow data nested that deep. */
  boundNesting(depth: number): void {
    if (depth > DEEPEST_DATA) throw new Failure('over_budget', `data nested deeper than ${DEEPEST_DATA}`);
  }

  /** The text itself, if it is not too long. */
  boundedText(text: string): string {
    this.boundText(text.length);
    return text;
  }

  /** Refuses to build a text of that length. */
  boundText(length: number): void {
    if (length > this.budget.text) throw new Failure('over_budget', `a text longer than ${this.budget.text}`);
  }

  /** Refuses to build a list of that length. */
  boundList(length: number): void {
    if (length > this.budget.list) throw new Failure('over_budget', `a list longer than ${this.budget.list}`);
  }
}
