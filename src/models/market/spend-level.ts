/** At what level of spend an hour was bought, seen through the chance that is in the spend itself. */

import { remaining } from './half-life.ts';

const PLAN_HALF_LIFE_HOURS = 24;
/** Chance of the share delivered is damped as if so many clicks had been delivered as planned. */
const DAMPING_CLICKS = 20;
const LEVEL_HALF_LIFE_HOURS = 48;

/** Money in currency units. */
export interface SpendLevel {
  /** What was spent and planned in hours with a plan, aged. */
  spent: number;
  planned: number;
  /** Aged sums over the log spend of hours: weight, value, square, and the part of the variance that is chance. */
  weight: number;
  sum: number;
  squares: number;
  chance: number;
}

/**
 * The spend of an hour is its clicks × their price: more clicks by chance are more spend, at the same price. A curve
 * fitted to that spend is too flat. Formula: with a plan, plan × (Σ spent / Σ planned, half-life a day); without one,
 * log s is moved towards its running mean m by its reliability, (v − 1/clicks)/v, v its running variance (regression
 * calibration: R. Carroll et al., "Measurement Error in Nonlinear Models" 2006, chapter 4).
 * Memory: 6 numbers. Cost: O(1) an hour.
 */
export function newSpendLevel(): SpendLevel {
  return { spent: 0, planned: 0, weight: 0, sum: 0, squares: 0, chance: 0 };
}

/** @returns the level that explains the price of the hour; `spend` and `clicks` are above 0 */
export function levelOf(
  state: SpendLevel,
  spend: number,
  clicks: number,
  planned: number | undefined,
): number {
  const left = remaining(1, LEVEL_HALF_LIFE_HOURS);
  const log = Math.log(spend);
  state.weight = state.weight * left + 1;
  state.sum = state.sum * left + log;
  state.squares = state.squares * left + log * log;
  state.chance = state.chance * left + 1 / clicks;
  if (planned !== undefined && planned > 0) {
    const kept = remaining(1, PLAN_HALF_LIFE_HOURS);
    state.spent = state.spent * kept + spend;
    state.planned = state.planned * kept + planned;
    const damping = (DAMPING_CLICKS * spend) / clicks;
    return (planned * (state.spent + damping)) / (state.planned + damping);
  }
  const mean = state.sum / state.weight;
  const variance = state.squares / state.weight - mean * mean;
  const signal = Math.max(0, variance - state.chance / state.weight);
  const reliability = signal / (signal + 1 / clicks);
  return Math.exp(mean + reliability * (log - mean));
}
