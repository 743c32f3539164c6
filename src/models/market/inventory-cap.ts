/** The most that a channel spends in an hour: found when it spends less than it was given, and tried again later. */

/** A shortfall that chance does not explain, in standard deviations of the clicks. */
const DEVIATIONS = 3.5;
const DISPERSION = 0.06;
/** A lasting shortfall: Poisson CUSUM on clicks at seven tenths of the expected ones, alarm at 8. */
const RATIO = 0.7;
const ALARM = 8;
const HEADROOM = 1.15;
const RELAXED_PER_HOUR = 1.02;
/** Less than this of the expected clicks is an outage; half of them is the end of it. */
const OUTAGE = 0.1;
const DELIVERS = 0.5;
/** Of what was planned: goes on being offered in an outage, so that its end is seen. */
const OFFERED = 0.05;

/** Money in currency units. */
export interface InventoryCap {
  cap: number | undefined;
  outage: boolean;
  /** The CUSUM, and what was spent in how many hours since it was zero. */
  sum: number;
  spent: number;
  hours: number;
}

/**
 * Formula: with n clicks expected of what was planned, cap = 1.15 × spend when clicks < n − 3.5 √(n (1 + 0.06 n)), or
 * when Σ (x ln 0.7 + 0.3 n)/(1 + 0.06 n) since its last zero reaches 8; relaxed by 2 % an hour until the plan fits.
 * An outage keeps 5 % of the plan on offer and is over at once when half of that is delivered.
 * Memory: 5 numbers. Cost: O(1) an hour.
 */
export function newInventoryCap(): InventoryCap {
  return { cap: undefined, outage: false, sum: 0, spent: 0, hours: 0 };
}

/** Takes an hour of which the plan is known; `expected` clicks of `planned`. */
export function watchInventory(
  state: InventoryCap,
  planned: number,
  spent: number,
  expected: number,
  clicks: number,
): void {
  if (!(planned > 0)) return;
  if (state.outage) {
    if (clicks > 0 && clicks >= DELIVERS * expected) Object.assign(state, newInventoryCap());
    return;
  }
  const spread = 1 + DISPERSION * expected;
  state.sum = Math.max(0, state.sum + (clicks * Math.log(RATIO) + (1 - RATIO) * expected) / spread);
  state.spent += spent;
  state.hours += 1;
  const isShort = clicks < expected - DEVIATIONS * Math.sqrt(expected * spread);
  if (isShort || state.sum >= ALARM) {
    const level = isShort ? spent : state.spent / state.hours;
    state.outage = clicks < OUTAGE * expected;
    state.cap = Math.max(OFFERED * planned, Math.min(planned, HEADROOM * level));
    state.sum = 0;
  }
  if (state.sum === 0) Object.assign(state, { spent: 0, hours: 0 });
}

/** What is planned no longer meets the cap once it has been relaxed above `usual`, several times over. */
export function relaxCap(state: InventoryCap, hours: number, usual: number): void {
  if (state.cap === undefined || state.outage) return;
  state.cap *= RELAXED_PER_HOUR ** hours;
  if (state.cap > 4 * usual) state.cap = undefined;
}
