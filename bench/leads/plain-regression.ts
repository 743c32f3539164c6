/** What the learner is held against: plain online logistic regression, AdaGrad steps, a weight per text and per scaled number. */

import type { InputValue } from '../../src/models/learned/learner.ts';

const RATE = 0.1;

export class PlainRegression {
  readonly #weights = new Map<string, number>();
  readonly #squares = new Map<string, number>();
  /** Welford's running mean and spread per input, to scale numbers. */
  readonly #spread = new Map<number, { count: number; mean: number; squares: number }>();

  probability(values: readonly InputValue[]): number {
    return chance(this.#score(this.#active(values)));
  }

  learn(values: readonly InputValue[], outcome: boolean): void {
    values.forEach((value, i) => {
      if (typeof value !== 'number') return;
      const spread = this.#spread.get(i) ?? { count: 0, mean: 0, squares: 0 };
      spread.count += 1;
      const off = value - spread.mean;
      spread.mean += off / spread.count;
      spread.squares += off * (value - spread.mean);
      this.#spread.set(i, spread);
    });
    const active = this.#active(values);
    const slope = chance(this.#score(active)) - (outcome ? 1 : 0);
    for (const [name, share] of active) {
      const gradient = slope * share;
      const squares = (this.#squares.get(name) ?? 0) + gradient * gradient;
      this.#squares.set(name, squares);
      const step = (RATE * gradient) / Math.sqrt(squares + 1e-12);
      this.#weights.set(name, (this.#weights.get(name) ?? 0) - step);
    }
  }

  #active(values: readonly InputValue[]): [string, number][] {
    const active: [string, number][] = [['base', 1]];
    values.forEach((value, i) => {
      if (typeof value === 'number') {
        const { count, mean, squares } = this.#spread.get(i) ?? { count: 0, mean: 0, squares: 0 };
        const deviation = count > 1 ? Math.sqrt(squares / count) : 0;
        if (deviation > 0) active.push([`${i}`, Math.max(-4, Math.min(4, (value - mean) / deviation))]);
      } else active.push([`${i}=${value ?? ''}`, 1]);
    });
    return active;
  }

  #score(active: readonly (readonly [string, number])[]): number {
    return active.reduce((sum, [name, share]) => sum + share * (this.#weights.get(name) ?? 0), 0);
  }
}

function chance(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
