/** How well a statement held, seen from later: chances instead of yes or no, since later nobody knows for certain either. */

/** What is known later: the median, and where known between which eight of ten draws lie and the percent above 0. */
export interface Hindsight {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly confidence: number | null;
}

/** p10 and p90 of a normal distribution are so many standard deviations apart. */
const WIDTH_OF_EIGHTY = 2.5631;

/**
 * The chance, 0..1, that it came out above 0. Averaged over statements this is how many did, without a bias, if what is
 * known later is right about itself; the share of medians above 0 would not be: it calls every near thing certain.
 */
export function chanceAbove({ value, confidence }: Hindsight): number {
  return confidence === null ? Number(value > 0) : confidence / 100;
}

/** The chance, 0..1, that it came out from `low` to `high`, by the normal distribution with these p10 and p90. */
export function chanceWithin(low: number, high: number, later: Hindsight): number {
  const { value } = later;
  const sd = later.low === null || later.high === null ? 0 : (later.high - later.low) / WIDTH_OF_EIGHTY;
  if (!(sd > 0)) return Number(value >= low && value <= high);
  return normalBelow((high - value) / sd) - normalBelow((low - value) / sd);
}

/** Abramowitz and Stegun 7.1.26; error below 1e-7. */
function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - series * Math.exp(-x * x);
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}
