/** Weights of a logistic regression that are known with a mean and a covariance, and learn from each example once. */

import { floatsOf, floatText } from './float-text.ts';

/** The weights an example touches, and how much of each. */
export interface Active {
  readonly slots: readonly number[];
  readonly shares: readonly number[];
}

export interface Score {
  readonly mean: number;
  readonly variance: number;
}

/** Newton's steps to the mode, at most. */
const STEPS = 30;
const SETTLED = 1e-9;
/** A variance never falls below this share of where it began, so that rounding cannot make it negative. */
const LEAST_SHARE = 1e-5;

/**
 * Formula: y ~ Bernoulli(σ(w·x)), w ~ N(m, P). An example moves m to the mode of its posterior, which lies on the
 * line m + P x α with α = y − σ(m·x + α xᵀPx) (Newton, one dimension), and takes the curvature h = σ(1 − σ) there:
 * P ← P − h (Px)(Px)ᵀ / (1 + h xᵀPx).
 * Reference: Laplace's approximation applied example by example; D. Spiegelhalter, S. Lauritzen, "Sequential
 * updating of conditional probabilities on directed graphical structures" (1990); the iterated extended Kalman filter.
 * Memory: d + d (d + 1) / 2 numbers of 32 bits for d weights. Cost per example: d² / 2 multiplications (0.4 ms for
 * 500 weights); reading a mean costs as much as the example has active weights.
 */
export class GaussianWeights {
  #size = 0;
  #means = new Float32Array(16);
  #least = new Float32Array(16);
  /** Row i holds the covariances with the weights 0 to i. */
  #rows: Float32Array[] = [];
  #gain = new Float64Array(16);

  get size(): number {
    return this.#size;
  }

  /** Adds one weight that is independent of the others so far. */
  add(mean: number, variance: number): number {
    const slot = this.#size;
    this.#size += 1;
    if (slot === this.#means.length) {
      this.#means = grown(this.#means);
      this.#least = grown(this.#least);
      this.#gain = new Float64Array(this.#means.length);
    }
    const row = new Float32Array(slot + 1);
    row[slot] = variance;
    this.#rows.push(row);
    this.#means[slot] = mean;
    this.#least[slot] = variance * LEAST_SHARE;
    return slot;
  }

  /** Before anything is learned: two weights are expected to resemble each other. */
  relate(one: number, other: number, covariance: number): void {
    const [low, high] = one < other ? [one, other] : [other, one];
    (this.#rows[high] as Float32Array)[low] = covariance;
  }

  mean(slot: number): number {
    return this.#means[slot] as number;
  }

  variance(slot: number): number {
    return this.#covariance(slot, slot);
  }

  score({ slots, shares }: Active): Score {
    let mean = 0;
    let variance = 0;
    for (let a = 0; a < slots.length; a += 1) {
      const slot = slots[a] as number;
      const share = shares[a] as number;
      mean += share * this.mean(slot);
      for (let b = 0; b < slots.length; b += 1)
        variance += share * (shares[b] as number) * this.#covariance(slot, slots[b] as number);
    }
    return { mean, variance: Math.max(0, variance) };
  }

  learn(active: Active, outcome: boolean): void {
    const { mean, variance } = this.#aim(active);
    const target = outcome ? 1 : 0;
    let alpha = 0;
    for (let step = 0; step < STEPS; step += 1) {
      const chance = sigmoid(mean + variance * alpha);
      const move = (alpha - (target - chance)) / (1 + variance * chance * (1 - chance));
      alpha -= move;
      if (Math.abs(move) < SETTLED) break;
    }
    const chance = sigmoid(mean + variance * alpha);
    const curvature = chance * (1 - chance);
    this.#move(alpha, curvature / (1 + curvature * variance));
  }

  /** Fills #gain with P x. */
  #aim({ slots, shares }: Active): Score {
    const gain = this.#gain;
    gain.fill(0, 0, this.#size);
    let mean = 0;
    for (let a = 0; a < slots.length; a += 1) {
      const slot = slots[a] as number;
      const share = shares[a] as number;
      mean += share * this.mean(slot);
      const row = this.#rows[slot] as Float32Array;
      for (let i = 0; i <= slot; i += 1) gain[i] = (gain[i] as number) + share * (row[i] as number);
      for (let i = slot + 1; i < this.#size; i += 1)
        gain[i] = (gain[i] as number) + share * ((this.#rows[i] as Float32Array)[slot] as number);
    }
    let variance = 0;
    for (let a = 0; a < slots.length; a += 1)
      variance += (shares[a] as number) * (gain[slots[a] as number] as number);
    return { mean, variance: Math.max(0, variance) };
  }

  #move(alpha: number, shrink: number): void {
    const gain = this.#gain;
    for (let i = 0; i < this.#size; i += 1) {
      const own = gain[i] as number;
      if (own === 0) continue;
      this.#means[i] = (this.#means[i] as number) + own * alpha;
      const row = this.#rows[i] as Float32Array;
      const step = own * shrink;
      for (let j = 0; j <= i; j += 1) row[j] = (row[j] as number) - step * (gain[j] as number);
      const least = this.#least[i] as number;
      if ((row[i] as number) < least) row[i] = least;
    }
  }

  #covariance(one: number, other: number): number {
    const [low, high] = one < other ? [one, other] : [other, one];
    return (this.#rows[high] as Float32Array)[low] as number;
  }

  /** [means, variances at the beginning, covariances row by row]. */
  encode(): [string, string, string] {
    const rows = new Float32Array((this.#size * (this.#size + 1)) / 2);
    let at = 0;
    for (const row of this.#rows) {
      rows.set(row, at);
      at += row.length;
    }
    const used = (values: Float32Array) => floatText(values.subarray(0, this.#size));
    return [used(this.#means), used(this.#least), floatText(rows)];
  }

  static decode([means, least, covariances]: [string, string, string]): GaussianWeights {
    const weights = new GaussianWeights();
    const stored = floatsOf(covariances);
    const lows = floatsOf(least);
    let at = 0;
    for (const [slot, mean] of floatsOf(means).entries()) {
      weights.add(mean, 0);
      weights.#least[slot] = lows[slot] as number;
      weights.#rows[slot] = stored.slice(at, at + slot + 1);
      at += slot + 1;
    }
    return weights;
  }
}

export function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

function grown(values: Float32Array): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(values.length * 2);
  larger.set(values);
  return larger;
}
