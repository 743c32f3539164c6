/** How likely it is that applications cost less in one place than in another. */

import { incompleteBeta } from './incomplete-beta.ts';

/** What was spent, in currency units, and the applications that it brought. */
export interface Spent {
  readonly spend: number;
  readonly applications: number;
}

/** Jeffreys' prior of a Poisson rate: half an application. */
const PRIOR = 0.5;

/**
 * Chance that the CPA of `one` is below `ratio` times that of `other`; undefined where nothing was spent.
 * Formula: applications ~ Poisson(λ spend), λ ~ Gamma(applications + 1/2, spend) for each; CPA = 1/λ, and a ratio of
 * Gammas is a beta: P(λ_other < ratio λ_one) = I_{c/(1+c)}(a_other, a_one), c = ratio spend_other/spend_one.
 */
export function chanceCheaper(one: Spent, other: Spent, ratio: number): number | undefined {
  if (!(one.spend > 0 && other.spend > 0 && ratio > 0)) return undefined;
  const c = (ratio * other.spend) / one.spend;
  return incompleteBeta(c / (1 + c), other.applications + PRIOR, one.applications + PRIOR);
}
