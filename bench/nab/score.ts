/** The score of the Numenta Anomaly Benchmark, standard profile: earliest detection in a window counts most. */

/** A window of an anomaly: its first and last row. */
export type Window = readonly [number, number];

const FALSE_POSITIVE = 0.11;
const MOST_PROBATION = 750;

/** Rows at the start in which nothing counts. */
export function probation(rows: number): number {
  return Math.min(Math.floor(0.15 * rows), MOST_PROBATION);
}

/** 1 at the far left, 0 at the right end of a window (0), −1 beyond. */
function sigma(p: number): number {
  return p > 3 ? -1 : 2 / (1 + Math.exp(5 * p)) - 1;
}

/** Raw score of one series: windows found, less windows missed and false alarms. */
export function rawScore(scores: readonly number[], windows: readonly Window[], threshold: number): number {
  let sum = 0;
  let next = 0;
  let previous: Window | undefined;
  let best: number | undefined;
  for (let row = 0; row < scores.length; row += 1) {
    const window = windows[next];
    const isIn = window !== undefined && row >= window[0];
    if (row >= probation(scores.length) && (scores[row] as number) >= threshold) {
      if (isIn) best ??= sigma(-(window[1] - row + 1) / (window[1] - window[0] + 1)) / sigma(-1);
      else if (previous === undefined) sum -= FALSE_POSITIVE;
      else sum += FALSE_POSITIVE * sigma((row - previous[1]) / (previous[1] - previous[0] || 1));
    }
    if (!isIn || row < window[1]) continue;
    sum += best ?? -1;
    best = undefined;
    previous = window;
    next += 1;
  }
  return sum;
}

export interface Scored {
  readonly scores: readonly number[];
  readonly windows: readonly Window[];
}

/** 0: nothing detected; 100: every window at its first row and nothing else. */
export function normalised(all: readonly Scored[], threshold: number): number {
  let windows = 0;
  let sum = 0;
  for (const each of all) {
    windows += each.windows.length;
    sum += rawScore(each.scores, each.windows, threshold);
  }
  return windows === 0 ? 0 : (100 * (sum + windows)) / (2 * windows);
}

/** The threshold among the scores, at most a few thousand of them tried, that gives the most. */
export function bestThreshold(
  all: readonly Scored[],
  tried: readonly number[],
): { threshold: number; score: number } {
  const steps = [...new Set(all.flatMap(({ scores }) => scores.filter((score) => score > 0)))];
  steps.sort((a, b) => b - a);
  // detections are the few large scores, so the steps are close where they are
  const candidates = new Set(tried);
  for (let i = 0; i < steps.length; i += 1 + Math.floor(i / 300)) candidates.add(steps[i] as number);
  let best = { threshold: 1, score: normalised(all, Number.POSITIVE_INFINITY) };
  for (const threshold of candidates) {
    const score = normalised(all, threshold);
    if (score > best.score) best = { threshold, score };
  }
  return best;
}
