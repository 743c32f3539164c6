/** Exact scores of a list of predictions: AUC, Brier score, expected calibration error over ten bins. */

export interface Predicted {
  readonly probability: number;
  readonly outcome: boolean;
}

export interface Scores {
  readonly auc: number;
  readonly brier: number;
  readonly ece: number;
}

const BINS = 10;

/** AUC by ranks, ties half. */
export function scoresOf(predictions: readonly Predicted[]): Scores {
  const sorted = predictions.toSorted((a, b) => a.probability - b.probability);
  let positives = 0;
  let ranks = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to]?.probability === sorted[from]?.probability) to += 1;
    const tied = sorted.slice(from, to).filter(({ outcome }) => outcome).length;
    positives += tied;
    ranks += (tied * (from + to + 1)) / 2;
    from = to;
  }
  const negatives = sorted.length - positives;
  const apart = new Float64Array(BINS);
  let squares = 0;
  for (const { probability, outcome } of sorted) {
    const off = probability - (outcome ? 1 : 0);
    const bin = Math.min(BINS - 1, Math.floor(probability * BINS));
    squares += off * off;
    apart[bin] = (apart[bin] as number) + off;
  }
  return {
    auc: (ranks - (positives * (positives + 1)) / 2) / (positives * negatives),
    brier: squares / sorted.length,
    ece: apart.reduce((sum, off) => sum + Math.abs(off), 0) / sorted.length,
  };
}
