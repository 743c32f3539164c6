/** Sums of evidence that something is not as usual (CUSUM), and what was expected and seen since a sum left zero. */

export interface Evidence {
  /** Log-likelihood ratio of the alternative, never below 0. */
  sum: number;
  /** Since the sum left 0. */
  expected: number;
  seen: number;
}

/** Beyond this a sum does not grow, so that the end of a trouble is seen soon. */
const MOST = 16;

export function noEvidence(): Evidence {
  return { sum: 0, expected: 0, seen: 0 };
}

/**
 * `seen` Poisson events where `expected` are usual, against `ratio` times as many:
 * C = max(0, C + (x ln ρ − μ(ρ − 1)) / spread). Lucas 1985, "Counted data CUSUM's".
 * @param spread 1 + dispersion · μ: counts that vary more than Poisson's say less
 */
export function takeCount(
  evidence: Evidence,
  seen: number,
  expected: number,
  ratio: number,
  spread: number,
): void {
  takeGain(evidence, (seen * Math.log(ratio) - expected * (ratio - 1)) / spread, seen, expected);
}

export function takeGain(evidence: Evidence, gain: number, seen: number, expected: number): void {
  evidence.sum = Math.min(MOST, Math.max(0, evidence.sum + gain));
  if (evidence.sum === 0) {
    evidence.expected = 0;
    evidence.seen = 0;
    return;
  }
  evidence.expected += expected;
  evidence.seen += seen;
}
