/** How one input is cut into parts: frequent numbers by themselves, the others between cut points, texts by name. */

/** Parts of a value by name; shares add up to 1. */
export type Parts = readonly (readonly [name: string, share: number])[];

export interface InputShape {
  /** Numbers so frequent that each has a weight of its own, such as 0. */
  readonly frequent: readonly number[];
  /** Where the other numbers are cut; between two of them a number belongs to both, by nearness. */
  readonly cuts: readonly number[];
  /** The same for pairs of inputs, coarser. */
  readonly coarse: readonly number[];
  /** For pairs: the most frequent texts. */
  readonly texts: readonly string[];
}

const CUTS = 10;
const COARSE_CUTS = 3;
const COARSE_FREQUENT = 2;
const COARSE_TEXTS = 3;
const MOST_FREQUENT = 6;
/** A number or text with this share of the examples is frequent. */
const FREQUENT_SHARE = 0.08;
const TEXT_SHARE = 0.03;
/** Fewer numbers than this get one cut: nothing can be said of their spread. */
const ENOUGH = 20;

/** The shape that fits a sample of values of one input. */
export function shapeOf(values: readonly (number | string | undefined)[]): InputShape {
  const numbers = values.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  const texts = values.filter((value) => typeof value === 'string');
  const frequent = mostFrequent(numbers, values.length * FREQUENT_SHARE, MOST_FREQUENT);
  const others = numbers.filter((value) => !frequent.includes(value));
  return {
    frequent,
    cuts: cutPoints(others, CUTS, 0),
    coarse: cutPoints(others, COARSE_CUTS, 0.5),
    texts: mostFrequent(texts, values.length * TEXT_SHARE, COARSE_TEXTS),
  };
}

export const MISSING = '?';
/** A number that is not frequent. */
export const OTHER_NUMBER = '~';

/** The parts for the weights of the input itself: `?`, `=value`, or `~` and the cuts `#0`, `#1` …. */
export function parts(shape: InputShape, value: number | string | undefined): Parts {
  if (value === undefined) return [[MISSING, 1]];
  if (typeof value === 'string' || shape.frequent.includes(value)) return [[`=${value}`, 1]];
  return [[OTHER_NUMBER, 1], ...near(shape.cuts, value)];
}

/** The coarser parts for pairs of inputs. */
export function coarseParts(shape: InputShape, value: number | string | undefined): Parts {
  if (value === undefined) return [[MISSING, 1]];
  if (typeof value === 'string') return [[shape.texts.includes(value) ? `=${value}` : '=', 1]];
  const at = shape.frequent.indexOf(value);
  if (at >= 0 && at < COARSE_FREQUENT) return [[`=${value}`, 1]];
  return shape.coarse.length === 0 ? [[OTHER_NUMBER, 1]] : near(shape.coarse, value);
}

/** The two cuts around a value, each by its nearness; beyond the ends the end alone. */
function near(cuts: readonly number[], value: number): Parts {
  const above = cuts.findIndex((cut) => cut >= value);
  if (cuts.length === 0) return [];
  if (above === 0) return [['#0', 1]];
  if (above < 0) return [[`#${cuts.length - 1}`, 1]];
  const low = cuts[above - 1] as number;
  const share = (value - low) / ((cuts[above] as number) - low);
  if (share === 1) return [[`#${above}`, 1]];
  return [
    [`#${above - 1}`, 1 - share],
    [`#${above}`, share],
  ];
}

function mostFrequent<T extends number | string>(values: readonly T[], least: number, most: number): T[] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count >= least)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([value]) => value);
}

/** Quantiles of sorted numbers, each once; `inset` 0.5 keeps away from the ends by half a step. */
function cutPoints(sorted: readonly number[], count: number, inset: number): number[] {
  const last = sorted.length - 1;
  if (last < 0) return [];
  if (sorted.length < ENOUGH) return [sorted[last >> 1] as number];
  const at = (i: number) => sorted[Math.round(((i + inset) * last) / (count - 1 + 2 * inset))] as number;
  return [...new Set(Array.from({ length: count }, (_, i) => at(i)))];
}
