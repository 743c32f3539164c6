/** Points that stand for several numbers of a sample. */

/**
 * A number and its weight: w > 0 stands for w numbers equal to it, w < 0 for −w different numbers of which it
 * is the mean.
 */
export type Weighted = readonly [value: number, weight: number];

/** Neighbours with the same value become one point. */
export function joined(points: readonly Weighted[]): Weighted[] {
  const result: Weighted[] = [];
  for (const [value, weight] of points) {
    const before = result.at(-1);
    if (before?.[0] !== value) {
      result.push([value, weight]);
      continue;
    }
    const both = Math.abs(before[1]) + Math.abs(weight);
    result[result.length - 1] = [value, before[1] > 0 && weight > 0 ? both : -both];
  }
  return result;
}

/**
 * `most` of the numbers, at equal distances in rank, shifted by `phase` (0..1) of a distance.
 *
 * For the buckets that time has passed: a digest of each would lean the same way and their errors would add up;
 * with another phase in each bucket the errors cancel out.
 */
export function thinned(points: readonly Weighted[], most: number, phase: number): Weighted[] {
  let total = 0;
  for (const [, weight] of points) total += Math.abs(weight);
  const result: Weighted[] = [];
  // weights are whole: what the division leaves over must not always go to the same end either
  const rounding = (phase * 13) % 1;
  let at = -1;
  let passed = 0;
  let done = 0;
  for (let taken = 0; taken < most; taken += 1) {
    const rank = ((taken + phase) * total) / most;
    while (passed <= rank && at < points.length - 1) {
      at += 1;
      passed += Math.abs((points[at] as Weighted)[1]);
    }
    const upTo = Math.floor(((taken + 1) * total) / most + rounding);
    result.push([(points[at] as Weighted)[0], upTo - done]);
    done = upTo;
  }
  return joined(result);
}
