/** How likely it is that applications cost less in one place than in another, and how many more the same money brings. */

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

/** Ratios: 0.15 is 15 % more. */
export interface More {
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
  /** Chance that it is more at all, 0..1. */
  readonly confidence: number;
}

/**
 * How many more applications `one` brings for the same money than `other`: λ_one/λ_other − 1 with the posteriors of
 * `chanceCheaper`; undefined where nothing was spent.
 * Formula: λ_one/λ_other = B/(1 − B) · spend_other/spend_one, B ~ Beta(a_one, a_other).
 * Cost: about 100 values of the incomplete beta function.
 */
export function moreApplications(one: Spent, other: Spent): More | undefined {
  const confidence = chanceCheaper(one, other, 1);
  if (confidence === undefined) return undefined;
  const more = (share: number) => {
    const b = betaQuantile(share, one.applications + PRIOR, other.applications + PRIOR);
    return ((b / (1 - b)) * other.spend) / one.spend - 1;
  };
  return { median: more(0.5), p10: more(0.1), p90: more(0.9), confidence };
}

/** By bisection, to 1e-9 and inside of 0..1. */
function betaQuantile(share: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
