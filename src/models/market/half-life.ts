/** How fast evidence grows old: what is left of it after some hours. */

/**
 * Formula: 2^(−hours / half-life). Evidence (a count and what was expected) decays together, so that a ratio of the
 * two stays and only its certainty is lost. Reference: discount factors, West & Harrison, "Bayesian Forecasting and
 * Dynamic Models" (1997), chapter 6.
 */
export function remaining(hours: number, halfLifeHours: number): number {
  return 2 ** (-hours / halfLifeHours);
}
