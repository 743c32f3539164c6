/** How long after its click an application comes: a mixture of four exponentials whose weights are learned. */

/** Mean delays of the four parts, in hours: from minutes to days, each some four times the one before. */
export const DELAY_SCALES = [0.3, 1.5, 6, 24] as const;
/** Applications later than this many hours after their click's hour are counted as if they came at the end. */
export const LONGEST_DELAY = 120;
/** What is assumed before anything is seen, worth six delays. */
const PRIOR = [1.2, 2.4, 1.8, 0.6] as const;

/** Expected number of delays seen from each part (prior left out). */
export type DelayEvidence = number[];

/**
 * Adds a delay to `fresh`, by what `evidence` knows.
 * Formula: density Σ w_k exp(−t/τ_k)/τ_k; a seen delay is divided among the parts in proportion to their density at it
 * (one step of EM, Titterington 1984, "Recursive parameter estimation using incomplete data").
 * Memory: 4 numbers. Cost: 4 exponentials a delay.
 */
export function learnDelay(
  evidence: DelayEvidence,
  fresh: DelayEvidence,
  hours: number,
  weight: number,
): void {
  const parts = delayWeights(evidence).map((share, k) => (share * Math.exp(-hours / scale(k))) / scale(k));
  const density = parts.reduce((sum, part) => sum + part, 0);
  if (!(density > 0)) return;
  for (let k = 0; k < parts.length; k += 1)
    fresh[k] = (fresh[k] as number) + (weight * (parts[k] as number)) / density;
}

/** What is fresh becomes evidence. */
export function takeFresh(evidence: DelayEvidence, fresh: DelayEvidence): void {
  fresh.forEach((count, k) => {
    evidence[k] = (evidence[k] as number) + count;
    fresh[k] = 0;
  });
}

/** Weights of the four parts, 1 in all. */
export function delayWeights(evidence: DelayEvidence): number[] {
  const counts = PRIOR.map((prior, k) => prior + (evidence[k] ?? 0));
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / all);
}

/** Share of applications that have come so many hours (any fraction) after their click. */
export function arrivedShare(weights: readonly number[], hours: number): number {
  return weights.reduce((sum, weight, k) => sum + weight * -Math.expm1(-Math.max(0, hours) / scale(k)), 0);
}

/** Share of the applications of one hour's clicks that come 0, 1, 2 … hours after that hour; 1 in all. */
export function arrivalShares(weights: readonly number[]): Float64Array {
  const shares = new Float64Array(LONGEST_DELAY);
  for (let k = 0; k < weights.length; k += 1) {
    const part = PARTS[k] as Float64Array;
    for (let lag = 0; lag < LONGEST_DELAY; lag += 1)
      shares[lag] = (shares[lag] as number) + (weights[k] as number) * (part[lag] as number);
  }
  return shares;
}

/** Clicks come at any time of their hour: the mean over it of the share that comes in a later hour. */
const PARTS = DELAY_SCALES.map((tau) => {
  const stays = Math.exp(-1 / tau);
  const part = new Float64Array(LONGEST_DELAY);
  part[0] = 1 - tau * (1 - stays);
  for (let lag = 1; lag < LONGEST_DELAY; lag += 1) part[lag] = tau * (1 - stays) ** 2 * stays ** (lag - 1);
  part[LONGEST_DELAY - 1] = tau * (1 - stays) * stays ** (LONGEST_DELAY - 2);
  return part;
});

function scale(k: number): number {
  return DELAY_SCALES[k] as number;
}
