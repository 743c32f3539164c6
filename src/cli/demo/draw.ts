/** Draws the numbers and choices of the demo from a random generator. */

import type { Rng } from '../../core/ports.ts';

export class Draw {
  readonly #rng: Rng;

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  chance(probability: number): boolean {
    return this.#rng() < probability;
  }

  between(min: number, max: number): number {
    return min + this.#rng() * (max - min);
  }

  /** An integer from min to max, both included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.#rng() * (max - min + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#rng() * list.length)] as T;
  }

  /** One of the entries, each as likely as its weight. */
  weighted<T extends { readonly weight: number }>(entries: readonly T[]): T {
    let rest = this.#rng() * entries.reduce((sum, { weight }) => sum + weight, 0);
    for (const entry of entries) {
      rest -= entry.weight;
      if (rest < 0) return entry;
    }
    return entries.at(-1) as T;
  }

  /** Waiting time of a process without memory. */
  exponential(mean: number): number {
    return -Math.log(1 - this.#rng()) * mean;
  }

  /** Half of the draws lie below the median; `spread` 1 means that two thirds lie within a factor of e. */
  around(median: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.#rng())) * Math.cos(2 * Math.PI * this.#rng());
    return median * Math.exp(normal * spread);
  }

  /** Rounds to one of the two neighbouring integers so that the mean is kept. */
  count(mean: number): number {
    return Math.floor(mean + this.#rng());
  }
}
