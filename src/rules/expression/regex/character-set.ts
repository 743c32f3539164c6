/** Sets of UTF-16 units, as JavaScript's regular expressions mean them. */

/** Pairs of first and last unit, sorted, apart from each other. */
export type Ranges = readonly (readonly [first: number, last: number])[];

const LAST_UNIT = 0xffff;

export const DIGITS: Ranges = [[0x30, 0x39]];
export const WORD: Ranges = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
export const SPACES: Ranges = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
export const LINE_ENDS: Ranges = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];

export function union(ranges: Ranges): Ranges {
  const sorted = ranges.toSorted((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [first, last] of sorted) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

export function complement(ranges: Ranges): Ranges {
  const others: [number, number][] = [];
  let next = 0;
  for (const [first, last] of union(ranges)) {
    if (first > next) others.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= LAST_UNIT) others.push([next, LAST_UNIT]);
  return others;
}

/** A set that answers quickly. */
export class CharacterSet {
  private readonly low = new Uint8Array(128);
  private readonly high: Ranges;
  private readonly negated: boolean;
  private readonly folding: boolean;

  /** `folding`: upper and lower case are the same; `negated` is applied after that. */
  constructor(ranges: Ranges, negated: boolean, folding: boolean) {
    this.negated = negated;
    this.folding = folding;
    const meant = folding ? union(foldedRanges(ranges)) : union(ranges);
    for (const [first, last] of meant)
      for (let unit = first; unit <= Math.min(last, 127); unit++) this.low[unit] = 1;
    this.high = meant.filter(([, last]) => last >= 128);
  }

  has(unit: number): boolean {
    const meant = this.folding ? fold(unit) : unit;
    return (meant < 128 ? this.low[meant] === 1 : this.within(meant)) !== this.negated;
  }

  private within(unit: number): boolean {
    const { high } = this;
    let from = 0;
    let to = high.length - 1;
    while (from <= to) {
      const middle = (from + to) >> 1;
      const [first, last] = high[middle] as readonly [number, number];
      if (unit < first) to = middle - 1;
      else if (unit > last) from = middle + 1;
      else return true;
    }
    return false;
  }
}

/** The unit that stands for all its upper and lower cases. */
export function fold(unit: number): number {
  if (unit < 128) return unit >= 0x61 && unit <= 0x7a ? unit - 32 : unit;
  const upper = String.fromCharCode(unit).toUpperCase();
  if (upper.length !== 1) return unit;
  const folded = upper.charCodeAt(0);
  return folded < 128 ? unit : folded;
}

/** Units that another one stands for. */
const FOLDED: readonly number[] = Array.from({ length: LAST_UNIT + 1 }, (_, unit) => unit).filter(
  (unit) => fold(unit) !== unit,
);

/** Folding all of a range would take long, and those that nobody asks for do not matter. */
function foldedRanges(ranges: Ranges): Ranges {
  const folded: (readonly [number, number])[] = [...ranges];
  for (const [first, last] of ranges)
    for (let at = firstFrom(first); at < FOLDED.length && (FOLDED[at] as number) <= last; at++) {
      const meant = fold(FOLDED[at] as number);
      folded.push([meant, meant]);
    }
  return folded;
}

function firstFrom(unit: number): number {
  let from = 0;
  let to = FOLDED.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((FOLDED[middle] as number) < unit) from = middle + 1;
    else to = middle;
  }
  return from;
}
