/** How much is reported as spent for each unit that was planned, learned report by report. */

/** Per observation: how fast the level may move, and the chance in one report. */
const DRIFT = 0.00001;
const CHANCE = 0.04;
const BEGINNING = 0.05;
/** A report counts at most as this much above or below what was expected: log 4. */
const LARGEST = Math.log(4);
/** Less than this above what was planned is not worth a change. */
const SMALLEST_EXCESS = 0.02;

/** log(reported/expected): mean and variance. */
export interface Pacing {
  mean: number;
  variance: number;
}

/**
 * Formula: scalar Kalman filter on log(reported/expected), a random walk.
 * Reference: R. E. Kalman (1960).
 * Memory: 2 numbers. Cost: O(1) a report.
 */
export function newPacing(): Pacing {
  return { mean: 0, variance: BEGINNING };
}

/**
 * Takes what was reported of a time, and what was planned for it; nothing planned says nothing.
 * @param chance variance of log(reported/expected) that is chance alone
 */
export function learnPace(pacing: Pacing, expected: number, reported: number, chance = CHANCE): void {
  if (!(expected > 0) || !(reported >= 0)) return;
  const seen = reported === 0 ? -LARGEST : Math.log(reported / expected);
  const log = Math.max(-LARGEST, Math.min(LARGEST, seen));
  const variance = pacing.variance + DRIFT;
  const gain = variance / (variance + chance);
  pacing.mean += gain * (log - pacing.mean);
  pacing.variance = variance * (1 - gain);
}

/** What is reported for each unit that is planned. */
export function paceLevel({ mean }: Pacing): number {
  return Math.exp(mean);
}

/** What is reported for each unit that is planned, as far as that is certainly more than 1 (two deviations); else 1. */
export function overspend({ mean, variance }: Pacing): number {
  const sure = Math.exp(mean - 2 * Math.sqrt(variance));
  return sure < 1 + SMALLEST_EXCESS ? 1 : sure;
}
