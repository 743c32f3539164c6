/** How much wider than Poisson's counts spread around what is expected of them. */

import { remaining } from './half-life.ts';

const HALF_LIFE_HOURS = 28 * 24;
/** Poisson is assumed as if so many squared expectations had shown it. */
const PRIOR = 50;
/** One hour counts at most as a surprise of so many standard deviations: an outage is no dispersion. */
const LARGEST = 4;

export interface Dispersion {
  excess: number;
  squares: number;
}

/**
 * Formula: counts have variance μ + d μ²; d = Σ((x−μ)² − μ) / (50 + Σμ²), at least 0. Reference: N. Breslow,
 * "Extra-Poisson variation in log-linear models" (1984), method of moments. Memory: 2 numbers. Cost: O(1).
 */
export function newDispersion(): Dispersion {
  return { excess: 0, squares: 0 };
}

export function learnDispersion(state: Dispersion, came: number, expected: number): void {
  const variance = expected + dispersionOf(state) * expected * expected;
  const square = Math.min((came - expected) ** 2, LARGEST ** 2 * Math.max(variance, 1));
  const left = remaining(1, HALF_LIFE_HOURS);
  state.excess = state.excess * left + square - expected;
  state.squares = state.squares * left + expected * expected;
}

export function dispersionOf({ excess, squares }: Dispersion): number {
  return Math.max(0, excess / (PRIOR + squares));
}
