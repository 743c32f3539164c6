/** Proportional water-filling: each row gets its part by weight, within its limits, and the total is kept. */

export interface Share {
  readonly name: string;
  readonly weight: number;
  /** Cents in force. */
  readonly current: number;
}

export interface LimitedShare extends Share {
  /** Bounds in cents. */
  readonly min: number;
  readonly max: number;
}

/**
 * Whole cents for each row, adding up to exactly `total`; the caller saw to it that Σ min ≤ total ≤ Σ max.
 * Rows are clipped one side at a time (the side whose violations weigh more), as in the exact solution of
 * min Σ (x−ideal)²/weight subject to bounds (Bitran & Hax 1981, "Disaggregation and resource allocation").
 */
export function fillByWeight(shares: readonly LimitedShare[], total: number): number[] {
  return toCents(shares, idealAmounts(shares, total), total);
}

/** Real amounts within bounds that add up to `total`, in proportion to weight among the unclipped rows. */
function idealAmounts(shares: readonly LimitedShare[], total: number): number[] {
  const amounts = new Array<number>(shares.length).fill(0);
  let open = shares.map((_, i) => i);
  let left = total;
  while (open.length > 0) {
    const weights = open.reduce((sum, i) => sum + (shares[i] as LimitedShare).weight, 0);
    // rows without any weight share what is left equally
    const part = (i: number) =>
      weights > 0 ? (left * (shares[i] as LimitedShare).weight) / weights : left / open.length;
    let over = 0;
    let under = 0;
    for (const i of open) {
      const { min, max } = shares[i] as LimitedShare;
      const amount = part(i);
      over += Math.max(0, amount - max);
      under += Math.max(0, min - amount);
    }
    if (over === 0 && under === 0) {
      for (const i of open) amounts[i] = part(i);
      break;
    }
    const clipped = open.filter((i) => {
      const { min, max } = shares[i] as LimitedShare;
      if (over >= under && part(i) > max) amounts[i] = max;
      else if (over < under && part(i) < min) amounts[i] = min;
      else return false;
      return true;
    });
    for (const i of clipped) left -= amounts[i] as number;
    open = open.filter((i) => !clipped.includes(i));
  }
  return amounts;
}

/** Rounds down and gives the missing cents to the largest remainders (ties: smaller name first), within bounds. */
function toCents(shares: readonly LimitedShare[], ideal: readonly number[], total: number): number[] {
  const filled = ideal.map((amount, i) => {
    const { min, max } = shares[i] as LimitedShare;
    return Math.min(max, Math.max(min, Math.floor(amount + 1e-6)));
  });
  let missing = total - filled.reduce((sum, amount) => sum + amount, 0);
  const order = shares
    .map((share, i) => ({ i, name: share.name, rest: (ideal[i] as number) - (filled[i] as number) }))
    .sort((a, b) => b.rest - a.rest || (a.name < b.name ? -1 : 1));
  while (missing !== 0) {
    const step = Math.sign(missing);
    for (const { i } of step > 0 ? order : [...order].reverse()) {
      if (missing === 0) break;
      const { min, max } = shares[i] as LimitedShare;
      const next = (filled[i] as number) + step;
      if (next < min || next > max) continue;
      filled[i] = next;
      missing -= step;
    }
  }
  return filled;
}
