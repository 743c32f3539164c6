/** How much the costs of single clicks differ around the mean of their hour. */

import { remaining } from './half-life.ts';

const HALF_LIFE_HOURS = 168;
/** A coefficient of variation of 0.2 is assumed as if so many clicks had shown it. */
const PRIOR_CLICKS = 30;
const PRIOR_VARIATION = 0.04;

export interface ClickCosts {
  clicks: number;
  variation: number;
}

/**
 * Formula: squared coefficient of variation, (n Σc²/(Σc)² − 1) of each hour weighted by its n − 1 clicks that are free
 * to differ, half-life a week: it says how far chance moves an hour's mean cost. Memory: 2 numbers. Cost: O(1).
 */
export function newClickCosts(): ClickCosts {
  return { clicks: 0, variation: 0 };
}

/** @param squares Σ of the squared costs of the hour's clicks */
export function learnClickCosts(state: ClickCosts, clicks: number, spend: number, squares: number): void {
  const left = remaining(1, HALF_LIFE_HOURS);
  state.clicks = state.clicks * left + clicks - 1;
  state.variation = state.variation * left + Math.max(0, (clicks * squares) / (spend * spend) - 1) * clicks;
}

/** Of the cost of one click. */
export function squaredVariation({ clicks, variation }: ClickCosts): number {
  return (variation + PRIOR_CLICKS * PRIOR_VARIATION) / (clicks + PRIOR_CLICKS);
}
