/** The weights of an additive model that an example touches, and what they say of it. */

import { sigmoid } from './gaussian-weights.ts';
import { coarseParts, type Parts, parts } from './input-shape.ts';
import type { Contribution, InputValue, Prediction } from './learner.ts';
import type { Example, Structure } from './structure.ts';

/** What an example touches, and which inputs to thank for it. */
export interface Touched {
  readonly slots: number[];
  readonly shares: number[];
  /** Per touched weight one input, or two that share it. */
  readonly owners: (readonly number[])[];
}

/** Where a weight lies. */
export interface Places {
  part(input: number, part: string): number | undefined;
  /** @param pair its position in the structure */
  pair(pair: number, part: string, otherPart: string): number | undefined;
}

/** A model as far as predictions need it. */
export interface Additions {
  readonly examples: number;
  /** What each input contributes to the raw log-odds on average. */
  readonly averages: readonly number[];
  readonly mean: (slot: number) => number;
  /** Intercept and slope of what comes out. */
  readonly calibration: readonly [intercept: number, slope: number];
}

/** Parts of an input of which the places are remembered: texts may be any number. */
const MOST_REMEMBERED = 256;

/** Slot 0 is the base, which every example touches. */
export function touch(structure: Structure, plain: Example[0], places: Places): Touched {
  const touched: Touched = { slots: [0], shares: [1], owners: [[]] };
  const put = (slot: number | undefined, share: number, owners: readonly number[]) => {
    if (slot === undefined) return;
    touched.slots.push(slot);
    touched.shares.push(share);
    touched.owners.push(owners);
  };
  structure.shapes.forEach((shape, input) => {
    for (const [part, share] of parts(shape, plain[input])) put(places.part(input, part), share, [input]);
  });
  const coarse: Parts[] = [];
  for (const [at, pair] of structure.pairs.entries()) {
    const [one, other] = pair.map((input) => {
      coarse[input] ??= coarseParts(structure.shapes[input] as Structure['shapes'][number], plain[input]);
      return coarse[input];
    }) as [Parts, Parts];
    for (const [part, share] of one)
      for (const [otherPart, otherShare] of other)
        put(places.pair(at, part, otherPart), share * otherShare, pair);
  }
  return touched;
}

/** The name of a part's weight: `3=google`, `3?`, `3#2`. */
export function partName(input: number, part: string): string {
  return `${input}${part}`;
}

/** The name of a pair's weight: `3*5:=google:#1`. */
export function pairName([one, other]: readonly [number, number], part: string, otherPart: string): string {
  return `${one}*${other}:${part}:${otherPart}`;
}

/** Finds what there is and adds nothing. */
export function knownPlaces({ pairs }: Structure, slots: ReadonlyMap<string, number>): Places {
  return {
    part: (input, part) => slots.get(partName(input, part)),
    pair: (pair, part, otherPart) => slots.get(pairName(pairs[pair] as [number, number], part, otherPart)),
  };
}

/** The same for many predictions: each name is made once. */
export function rememberedPlaces(structure: Structure, slots: ReadonlyMap<string, number>): Places {
  const known = knownPlaces(structure, slots);
  const parts = structure.shapes.map(() => new Map<string, number | undefined>());
  const pairs = structure.pairs.map(() => new Map<string, Map<string, number | undefined>>());
  return {
    part: (input, part) => {
      const found = parts[input] as Map<string, number | undefined>;
      if (!found.has(part) && found.size < MOST_REMEMBERED) found.set(part, known.part(input, part));
      return found.has(part) ? found.get(part) : known.part(input, part);
    },
    pair: (pair, part, otherPart) => {
      // coarse parts are few: texts that are not frequent share one
      const rows = pairs[pair] as Map<string, Map<string, number | undefined>>;
      let row = rows.get(part);
      if (row === undefined) {
        row = new Map();
        rows.set(part, row);
      }
      if (!row.has(otherPart)) row.set(otherPart, known.pair(pair, part, otherPart));
      return row.get(otherPart);
    },
  };
}

/** What each input adds to the raw log-odds. */
export function contributionsOf(
  { slots, shares, owners }: Touched,
  { averages, mean }: Pick<Additions, 'averages' | 'mean'>,
): number[] {
  const sums = averages.map(() => 0);
  for (let at = 0; at < slots.length; at += 1) {
    const owned = owners[at] as readonly number[];
    const part = ((shares[at] as number) * mean(slots[at] as number)) / owned.length;
    for (const input of owned) sums[input] = (sums[input] as number) + part;
  }
  return sums;
}

/** κ: what is not known of the weights draws a prediction towards one half. */
export function moderation(variance: number): number {
  return 1 / Math.sqrt(1 + (Math.PI * variance) / 8);
}

/** @param variance of the raw log-odds, by what is not known of the weights */
export function predictionOf(
  names: readonly string[],
  inputs: readonly InputValue[],
  touched: Touched,
  additions: Additions,
  variance: number,
): Prediction {
  const { averages, calibration, examples, mean } = additions;
  const slope = calibration[1] * moderation(variance);
  const contributions = contributionsOf(touched, additions).map(
    (sum, i): Contribution => ({
      input: names[i] as string,
      value: inputs[i],
      logOdds: slope * (sum - (averages[i] as number)),
    }),
  );
  const average = averages.reduce((sum, each) => sum + each, mean(0));
  const base = calibration[0] + slope * average;
  const logOdds = contributions.reduce((sum, each) => sum + each.logOdds, base);
  const probability = sigmoid(logOdds);
  contributions.sort((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds));
  const error = probability * (1 - probability) * slope * Math.sqrt(variance);
  return { probability, error, logOdds, base, contributions, examples };
}
