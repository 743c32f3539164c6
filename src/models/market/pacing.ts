/** How a plan keeps to its budget when what is spent is reported late, and is not quite what was planned. */

/** Per observation: how fast the level may move, and the chance in one report. */
const DRIFT = 0.00001;
const CHANCE = 0.04;
const BEGINNING = 0.05;
/** A report counts at most as this much above or below what was expected: log 4. */
const LARGEST = Math.log(4);
/** A pace that differs less from the one in force is not worth a change. */
const SMALLEST_CHANGE = 0.02;

/** log(reported/expected): mean and variance. */
export interface Pacing {
  mean: number;
  variance: number;
}

/** Whole cents, or any unit that is the same for all. */
export interface Spending {
  readonly budget: number;
  /** What is reported as spent. */
  readonly spent: number;
  /** What was planned for times that are not reported yet. */
  readonly inFlight: number;
}

/**
 * Formula: scalar Kalman filter on log(reported/expected), a random walk; what may still be planned is
 * (budget − spent − in flight × level)/level, so that reports of the level seen so far end at the budget.
 * Reference: model-predictive control, E. F. Camacho, C. Bordons (2007); the filter is R. E. Kalman's (1960).
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
  return sure < 1 + SMALLEST_CHANGE ? 1 : sure;
}

/** What may still be planned; 0 once the budget is reported as spent (the hard stop). */
export function leftToPlan(pacing: Pacing, { budget, spent, inFlight }: Spending): number {
  const level = paceLevel(pacing);
  return spent >= budget ? 0 : Math.max(0, (budget - spent - inFlight * level) / level);
}

/**
 * Factor for a plan that would spend `planned` until the end; the factor in force stays while it is nearly right.
 * At most 10, so that a budget at the end of an idle day is not poured out at once.
 */
export function paceOf(pacing: Pacing, spending: Spending, planned: number, inForce = 1): number {
  const left = leftToPlan(pacing, spending);
  if (left === 0 || !(planned > 0)) return 0;
  const pace = Math.min(10, left / planned);
  return inForce > 0 && Math.abs(pace / inForce - 1) < SMALLEST_CHANGE ? inForce : pace;
}
