/** Which levels of a series follow which: how new a step from one to another is. */

/** The range seen so far is cut into so many levels; one more on either side is beyond it. */
const LEVELS = 8;
const SIDE = LEVELS + 2;
/** Values before any step counts as new. */
const FEWEST = 50;

export interface Transitions {
  seen: number;
  low: number;
  high: number;
  /** The level before, 0 … SIDE − 1; −1: none. */
  last: number;
  /** By level before and level now. */
  readonly counts: number[];
}

export function noTransitions(): Transitions {
  return { seen: 0, low: 0, high: 0, last: -1, counts: new Array(SIDE * SIDE).fill(0) };
}

/**
 * Takes a value and gives log10 of how many values were seen for each one that stepped like this; contexts that were
 * never seen are what an anomaly looks like (the idea of contextOSE, github.com/smirmik/CAD).
 */
export function newnessOf(transitions: Transitions, value: number): number {
  const { counts, last, seen } = transitions;
  if (seen === 0) {
    transitions.low = value;
    transitions.high = value;
  }
  const { low, high } = transitions;
  const level = Math.max(-1, Math.min(LEVELS, Math.floor(((value - low) / (high - low || 1)) * LEVELS))) + 1;
  transitions.low = Math.min(low, value);
  transitions.high = Math.max(high, value);
  transitions.seen += 1;
  transitions.last = level;
  if (last < 0) return 0;
  const at = last * SIDE + level;
  const before = counts[at] as number;
  counts[at] = before + 1;
  return seen < FEWEST ? 0 : Math.log10((seen + 2) / (before + 1));
}
