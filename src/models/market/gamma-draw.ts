/** Random draws of the distributions that the models of the market are uncertain by. */

import type { Rng } from '../../core/ports.ts';

/**
 * A draw of Gamma(shape, 1). Reference: G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables"
 * (2000); shapes below 1 by their remark. Cost: 1.05 normal draws on average.
 */
export function gammaDraw(shape: number, rng: Rng): number {
  if (shape < 1) return gammaDraw(shape + 1, rng) * (1 - rng()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normalDraw(rng);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - rng()) < x * x * 0.5 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A draw of the standard normal distribution (G. E. P. Box, M. E. Muller 1958). */
export function normalDraw(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
}
