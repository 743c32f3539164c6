/** Shares a total among rows in proportion to their weights, each within its limits, to the cent. */

export interface Row {
  readonly name: string;
  /** What the row has now, in cents. */
  readonly current: number;
  readonly weight: number;
}

export interface Limits {
  readonly minShare: number;
  readonly maxShare: number;
  readonly maxChange: number;
}

interface Bounded extends Row {
  readonly low: number;
  readonly high: number;
}

/** Rounds noise of floating point away, so that ties are ties. */
const clean = (cents: number) => Math.round(cents * 1e6) / 1e6;

/**
 * The shares are clip(level × weight) at the one level at which they add up to the total; rows of no weight
 * take what is left, equally, and only when all others are at their upper limit. How far a row may move comes
 * first: share limits reach only as far as that, and where the rows cannot take what others should give up,
 * every row may also stay as it is. Throws when the share limits contradict each other.
 */
export function divide(total: number, rows: readonly Row[], limits: Limits): Map<string, number> {
  if (limits.minShare * rows.length > 1 + 1e-9 || limits.maxShare * rows.length < 1 - 1e-9)
    throw new Error('min_share and max_share cannot be met together');
  let bounded: Bounded[] = rows.map((row) => {
    const change = Number.isFinite(limits.maxChange) ? row.current * limits.maxChange : total;
    const reach = [
      Math.ceil(clean(Math.max(0, row.current - change))),
      Math.floor(clean(row.current + change)),
    ];
    const within = (cents: number) => Math.max(reach[0] as number, Math.min(reach[1] as number, cents));
    const low = within(Math.ceil(clean(limits.minShare * total)));
    return { ...row, low, high: within(Math.floor(clean(limits.maxShare * total))) };
  });
  const least = bounded.reduce((sum, { low }) => sum + low, 0);
  const most = bounded.reduce((sum, { high }) => sum + high, 0);
  if (least > total || most < total)
    bounded = bounded.map((row) => ({
      ...row,
      low: Math.min(row.low, row.current),
      high: Math.max(row.high, row.current),
    }));
  const weighty = bounded.filter(({ weight }) => weight > 0);
  const weightless = bounded.filter(({ weight }) => !(weight > 0)).map((row) => ({ ...row, weight: 1 }));
  const floorOfRest = weightless.reduce((sum, { low }) => sum + low, 0);
  const ceilingOfRest = weighty.reduce((sum, { high }) => sum + high, 0);
  const first = Math.min(total - floorOfRest, ceilingOfRest);
  return toCents([...atLevel(weighty, first), ...atLevel(weightless, total - first)], total);
}

/** Tries every piece between two kinks of the level: the sum of the clipped shares grows with the level. */
function atLevel(rows: readonly Bounded[], total: number): [Row, number][] {
  const shares = (level: number) =>
    rows.map((row) => Math.min(row.high, Math.max(row.low, level * row.weight)));
  const sum = (level: number) => shares(level).reduce((all, share) => all + share, 0);
  const kinks = rows.flatMap(({ low, high, weight }) => [low / weight, high / weight]).sort((a, b) => a - b);
  const above = kinks.find((level) => sum(level) >= total - 1e-9) ?? kinks.at(-1) ?? 0;
  const below = kinks.findLast((level) => level < above && sum(level) < total) ?? above;
  const rise = sum(above) - sum(below);
  const level = rise > 0 ? below + ((above - below) * (total - sum(below))) / rise : above;
  const at = shares(level);
  return rows.map((row, index) => [row, at[index] as number]);
}

function toCents(shares: readonly [Row, number][], total: number): Map<string, number> {
  const parts = shares.map(([{ name }, share]) => {
    const cents = Math.floor(clean(share));
    return { name, cents, rest: clean(clean(share) - cents) };
  });
  let left = total - parts.reduce((sum, { cents }) => sum + cents, 0);
  for (const part of parts.toSorted((a, b) => b.rest - a.rest || (a.name < b.name ? -1 : 1))) {
    if (left <= 0) break;
    part.cents += 1;
    left -= 1;
  }
  return new Map(parts.map(({ name, cents }) => [name, cents]));
}
