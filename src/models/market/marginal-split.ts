/** Money shared out so that the next euro brings the same everywhere: among rows, and among the hours of each. */

/** What money does in an hour of a row; currency units. */
export interface SplitHour {
  /** What is wanted (applications, by their worth) per currency unit while next to nothing is spent: worth × r / c0. */
  readonly first: number;
  /** S: spend that doubles the cost of a click, above 0. */
  readonly scale: number;
  /** More than this buys nothing. */
  readonly cap: number;
}

export interface SplitRow {
  readonly hours: readonly SplitHour[];
  /** Bounds of the row's sum over its hours, currency units. */
  readonly least: number;
  readonly most: number;
}

export interface Split {
  /** Sum of each row. */
  readonly amounts: readonly number[];
  /** Of each row, its hours. */
  readonly hours: readonly (readonly number[])[];
}

/** Halvings of log λ between the two: down to a part in 10^18. */
const STEPS = 64;
const LOWEST = Math.log(1e-12);
const HIGHEST = Math.log(1e6);

/**
 * Formula: first/(1+s/S)² = λ in every hour of every row, so s = S (√(first/λ) − 1), clipped to 0 and the cap, and the
 * sum of a row clipped to its bounds; bisection on log λ until the sums are `total` (Karush–Kuhn–Tucker conditions of
 * a separable concave programme; Ibaraki & Katoh, "Resource Allocation Problems", 1988, chapter 2). What no row takes
 * below its caps is shared out above them, by the room that is left.
 * Cost: 64 square roots an hour of a row, twice. The caller sees to Σ least ≤ total ≤ Σ most.
 */
export function splitByMargin(rows: readonly SplitRow[], total: number): Split {
  const level = Math.exp(
    bisect((at) => {
      const price = Math.exp(at);
      return rows.reduce((sum, row) => sum + bounded(row, wanted(row, price)), 0) - total;
    }),
  );
  const amounts = rows.map((row) => bounded(row, wanted(row, level)));
  spread(rows, amounts, total - amounts.reduce((sum, amount) => sum + amount, 0));
  return { amounts, hours: rows.map((row, i) => spreadOverHours(row.hours, amounts[i] as number)) };
}

/** A row's money over its hours, so that the next unit brings the same in each; what is above all caps, by the caps. */
export function spreadOverHours(hours: readonly SplitHour[], amount: number): number[] {
  if (amount <= 0) return hours.map(() => 0);
  const row = { hours, least: 0, most: amount };
  const spends = hours.map((hour) => spendAt(hour, 0));
  if (spends.reduce((sum, spend) => sum + spend, 0) > amount) {
    const level = Math.exp(bisect((at) => wanted(row, Math.exp(at)) - amount));
    return inProportion(
      hours.map((hour) => spendAt(hour, level)),
      amount,
    );
  }
  return inProportion(
    hours.map(({ cap, scale }) => (Number.isFinite(cap) ? cap : scale)),
    amount,
  );
}

/** What the next currency unit brings in the hour where it brings most; 0 where it buys nothing. */
export function marginalOf(hours: readonly SplitHour[], spends: readonly number[]): number {
  return hours.reduce((best, { first, scale, cap }, h) => {
    const spend = spends[h] as number;
    return spend >= cap ? best : Math.max(best, first / (1 + spend / scale) ** 2);
  }, 0);
}

/** What the hours bring at these spends. Formula: Σ first × s/(1+s/S); nothing for what is above the cap. */
export function broughtBy(hours: readonly SplitHour[], spends: readonly number[]): number {
  return hours.reduce((sum, { first, scale, cap }, h) => {
    const spend = Math.min(cap, spends[h] as number);
    return sum + (first * spend) / (1 + spend / scale);
  }, 0);
}

function wanted({ hours }: SplitRow, level: number): number {
  let sum = 0;
  for (const hour of hours) sum += spendAt(hour, level);
  return sum;
}

function spendAt({ first, scale, cap }: SplitHour, level: number): number {
  if (!(first > level)) return 0;
  return Math.min(cap, scale * (Math.sqrt(first / level) - 1));
}

function bounded({ least, most }: SplitRow, amount: number): number {
  return Math.max(least, Math.min(most, amount));
}

/** The root of a function that falls. */
function bisect(excess: (at: number) => number): number {
  let [low, high] = [LOWEST, HIGHEST];
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return high;
}

/** What is still left, or by rounding too much, goes where there is room, in proportion to it. */
function spread(rows: readonly SplitRow[], amounts: number[], left: number): void {
  const room = rows.map(({ least, most }, i) =>
    left > 0 ? most - (amounts[i] as number) : (amounts[i] as number) - least,
  );
  const all = room.reduce((sum, part) => sum + part, 0);
  if (!(all > 0)) return;
  const share = Math.min(1, Math.abs(left) / all) * Math.sign(left);
  for (const [i, part] of room.entries()) amounts[i] = (amounts[i] as number) + share * part;
}

function inProportion(weights: readonly number[], amount: number): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => (sum > 0 ? (amount * weight) / sum : amount / weights.length));
}
