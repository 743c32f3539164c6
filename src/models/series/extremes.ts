/** The largest numbers seen so far: how unlikely a number is that is as large, also one larger than all before. */

/** So many are kept; what is smaller than all of them tells nothing. */
const KEPT = 40;
/** Before, every number is new. */
const FEWEST = 20;
/** Powers of ten beyond the largest number are not to be believed for ever. */
const FARTHEST = 8;
const LOG_E = Math.LOG10E;

export interface Extremes {
  /** Numbers seen. */
  seen: number;
  /** The largest, ascending, to six digits. */
  readonly largest: number[];
}

export function noExtremes(): Extremes {
  return { seen: 0, largest: [] };
}

/**
 * −log10 of the chance of a number at least so large: (rank + 1) / (n + 2) among the numbers seen, and past the
 * largest of them an exponential tail with the mean excess of those kept (peaks over threshold: Pickands 1975;
 * Siffer et al. 2017). Constant memory, O(log 40).
 */
export function evidenceOf({ seen, largest }: Extremes, value: number): number {
  if (seen < FEWEST) return 0;
  const least = largest[0] as number;
  const most = largest[largest.length - 1] as number;
  if (value > most) {
    let sum = 0;
    for (const each of largest) sum += each;
    const excess = Math.max(sum / largest.length - least, Number.MIN_VALUE);
    return Math.log10(seen + 2) + Math.min(FARTHEST, ((value - most) / excess) * LOG_E);
  }
  const place = placeOf(largest, value);
  return place === 0 ? 0 : -Math.log10((largest.length - place + 1) / (seen + 2));
}

export function take(extremes: Extremes, value: number): void {
  const { largest } = extremes;
  extremes.seen += 1;
  if (largest.length >= KEPT) {
    if (value <= (largest[0] as number)) return;
    largest.shift();
  }
  const short = Number(value.toPrecision(6));
  largest.splice(placeOf(largest, short), 0, short);
}

/** How many are smaller. */
function placeOf(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
