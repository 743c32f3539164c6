/** The money that decisions move: how many there are, and how much, by currency. */

import type { Decision } from '../../core/decision.ts';
import { toMicros } from '../../core/units.ts';

interface Moved {
  actions: number;
  micros: number;
}

/** One side of a comparison. */
export class Money {
  readonly byCurrency = new Map<string, Moved>();

  /** A decision that proposes to move money, or moves it; what became of it later counts nothing. */
  add({ value }: Decision, currency: string): void {
    const { moved, status } = (value ?? {}) as { moved?: unknown; status?: unknown };
    if (typeof moved !== 'number' || (status !== 'pending' && status !== 'auto')) return;
    const sum = this.byCurrency.get(currency) ?? { actions: 0, micros: 0 };
    this.byCurrency.set(currency, sum);
    sum.actions += 1;
    sum.micros += toMicros(moved);
  }
}
