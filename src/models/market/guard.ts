/** The guard of a rate: notices that far fewer or far more come than expected, and remembers since when. */

/** The ratios it looks for: fewer by far, more by far. */
const RATIOS = { low: 0.4, high: 2 } as const;
const ALARM = 8;
/** Back to the level before an alarm is likelier than any other change: half the evidence is enough. */
const BACK = 4;
/** Counts spread more widely than Poisson's by at least this much of the expected number. */
const LEAST_DISPERSION = 0.03;

export type Side = 'low' | 'high';

/** One side: the sum, and what came and what was weighed (exposure) since it was last zero. */
interface Sum {
  sum: number;
  came: number;
  exposure: number;
}

export interface Guard {
  low: Sum;
  high: Sum;
}

/** What came, and the exposure that it came from, since the change began. */
export interface Change {
  readonly side: Side;
  readonly came: number;
  readonly exposure: number;
}

/**
 * Formula: two-sided Poisson CUSUM, C = max(0, C + (x ln ρ − μ(ρ−1)) / (1 + d μ)) with ρ = 0.4 and 2, alarm at 8; d is
 * the dispersion learned, at least 0.03. Reference: E. S. Page (1954); J. M. Lucas, "Counted data CUSUM's" (1985).
 * Memory: 6 numbers. Cost: O(1) an hour.
 */
export function newGuard(): Guard {
  return { low: { sum: 0, came: 0, exposure: 0 }, high: { sum: 0, came: 0, exposure: 0 } };
}

/**
 * @param expected applications, from `exposure` at the present rate
 * @param back the side on which a return to the level before an alarm lies, and that level over the present one
 */
export function watch(
  guard: Guard,
  came: number,
  expected: number,
  exposure: number,
  dispersion: number,
  back?: { side: Side; ratio: number },
): Change | undefined {
  let change: Change | undefined;
  for (const side of ['low', 'high'] as const) {
    const isBack = back?.side === side;
    const ratio = isBack ? back.ratio : RATIOS[side];
    const state = guard[side];
    const gain = came * Math.log(ratio) - expected * (ratio - 1);
    state.sum += gain / (1 + Math.max(LEAST_DISPERSION, dispersion) * expected);
    state.came += came;
    state.exposure += exposure;
    if (!(state.sum > 0)) Object.assign(state, { sum: 0, came: 0, exposure: 0 });
    else if (state.sum >= (isBack ? BACK : ALARM))
      change ??= { side, came: state.came, exposure: state.exposure };
  }
  if (change) Object.assign(guard, newGuard());
  return change;
}
