/** The negative binomial distribution: counts whose variance is the mean plus a share of its square. */

/** Above this mean the counts are so many that a Gamma distribution says the same. */
const LARGE = 400;

/** Chance of fewer than `count`, and of at most `count`. */
export interface Tail {
  readonly below: number;
  readonly upTo: number;
}

/**
 * The smallest count whose cumulative probability reaches `probability`.
 * @param dispersion variance = mean + dispersion · mean²; 0 is Poisson's
 */
export function negativeBinomialQuantile(mean: number, dispersion: number, probability: number): number {
  if (!(mean > 0)) return 0;
  if (mean > LARGE) return Math.round(gammaQuantile(mean, mean + dispersion * mean * mean, probability));
  let count = 0;
  let sum = 0;
  for (const each of probabilities(mean, dispersion)) {
    sum += each;
    if (sum >= probability || count > 100 * LARGE) break;
    count += 1;
  }
  return count;
}

/** Where an observed count lies in the distribution; the mean must not be above 400. */
export function negativeBinomialTail(mean: number, dispersion: number, count: number): Tail {
  let below = 0;
  let at = 0;
  for (const each of probabilities(mean, dispersion)) {
    if (at === count) return { below, upTo: below + each };
    below += each;
    at += 1;
  }
  return { below, upTo: below };
}

function* probabilities(mean: number, dispersion: number): Generator<number> {
  const size = 1 / Math.max(dispersion, 1e-9);
  // (1 + mean/size)^−size by its logarithm, which keeps its digits where the dispersion is next to nothing
  let each = Math.exp(-size * Math.log1p(mean / size));
  for (let count = 0; ; count += 1) {
    yield each;
    each *= (((count + size) / (count + 1)) * mean) / (mean + size);
  }
}

/** Wilson and Hilferty (1931): the cube root of a Gamma variable is nearly normal. */
function gammaQuantile(mean: number, variance: number, probability: number): number {
  const ninth = variance / (9 * mean * mean);
  return mean * Math.max(0, 1 - ninth + normalQuantile(probability) * Math.sqrt(ninth)) ** 3;
}

/** Inverse of the normal distribution by S. Winitzki's formula (2008): off by 0.005 at most between 1 % and 99 %. */
function normalQuantile(probability: number): number {
  const y = 2 * probability - 1;
  const log = Math.log(1 - y * y);
  const a = 2 / (Math.PI * 0.147) + log / 2;
  return Math.sign(y) * Math.SQRT2 * Math.sqrt(Math.sqrt(a * a - log / 0.147) - a);
}
