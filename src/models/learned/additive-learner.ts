/** A learner whose log-odds are a sum over inputs and pairs of inputs: as exact as it can be explained. */

import { GaussianWeights, type Score } from './gaussian-weights.ts';
import { type InputValue, type Learner, type Prediction, plainInput } from './learner.ts';
import { type Example, type Structure, structureOf } from './structure.ts';
import {
  type Additions,
  contributionsOf,
  knownPlaces,
  moderation,
  type Places,
  pairName,
  partName,
  predictionOf,
  type Touched,
  touch,
} from './touched-weights.ts';

type Plain = Example[0];

export interface Additive {
  examples: number;
  positives: number;
  /** The first examples, kept until the structure is made from them. */
  waiting: Example[];
  structure: Structure | undefined;
  /** Position of a weight by its name: `3=google`, `3?`, `3#2`, `3*5:=google:#1`. */
  slots: Map<string, number>;
  /** Texts that got a weight, per input. */
  texts: number[];
  weights: GaussianWeights;
  /** Intercept and slope of what comes out: calibrated = intercept + slope · raw. */
  calibration: GaussianWeights;
  /** What each input contributes to the raw log-odds on average. */
  averages: number[];
  /** What the variance of a score was of the sum of its weights' own variances, on average. */
  spread: number;
}

/** Examples that the structure is made from: before there are so many, there is nothing to tell of. */
export const FIRST_EXAMPLES = 256;
/** Bounds of the state: weights in all, weights that pairs may take of them, texts of one input. */
const MOST_WEIGHTS = 512;
const MOST_BEFORE_PAIRS = 448;
const MOST_TEXTS = 24;
/** Expected size of weights before anything is seen, as variances of log-odds. */
const BASE_VARIANCE = 4;
const INPUT_VARIANCE = 0.5;
const PAIR_VARIANCE = 0.0625;
/** Two cuts resemble each other by exp(−distance / this), distance 1 from the first cut to the last. */
const RESEMBLANCE = 0.25;
const INTERCEPT_VARIANCE = 0.05;
const SLOPE_VARIANCE = 0.02;
/** Averages follow the last thousand examples. */
const AVERAGE_OVER = 1024;
const SPREAD_OVER = 64;

/**
 * Formula: logit p = a + b κ (w₀ + Σᵢ wᵢ(xᵢ) + Σᵢⱼ wᵢⱼ(xᵢ, xⱼ)). wᵢ is one weight per text or frequent number, and a
 * line from cut to cut for other numbers, neighbours expected alike; wᵢⱼ is the same on a coarse grid, for the pairs
 * of the seven inputs that tell most. All weights have one Gaussian posterior (gaussian-weights.ts);
 * κ = 1 / √(1 + π s² / 8) takes what is not known of them (variance s²) into account (D. MacKay 1992); a and b are
 * learned from predictions made before their outcome was learned (J. Platt 1999, online).
 * The first 256 examples are kept until cuts and pairs are made from them, then learned in their order and dropped;
 * until then the probability is the share of positive outcomes so far.
 * Reference: Y. Lou et al., "Accurate intelligible models with pairwise interactions" (KDD 2013), here in one pass.
 * Memory: at most 512 weights (0.7 MB as text), 256 examples before. Cost: 0.5 ms an example, 0.1 ms a prediction.
 */
export function additiveLearner(names: readonly string[]): Learner {
  const learner: Learner<Additive> = {
    create: () => ({
      examples: 0,
      positives: 0,
      waiting: [],
      structure: undefined,
      slots: new Map(),
      texts: names.map(() => 0),
      weights: new GaussianWeights(),
      calibration: newCalibration(),
      averages: names.map(() => 0),
      spread: 1,
    }),
    predict: (state, inputs) => predict(names, state, inputs),
    learn(state, inputs, outcome) {
      const plain = names.map((_, i) => plainInput(inputs[i]));
      state.examples += 1;
      if (outcome) state.positives += 1;
      if (state.structure !== undefined) return update(state, state.structure, plain, outcome);
      state.waiting.push([plain, outcome]);
      if (state.waiting.length === FIRST_EXAMPLES) build(state);
    },
    encode: ({ slots, weights, calibration, waiting, ...rest }) => ({
      ...rest,
      // null stands for missing, which JSON does not have
      waiting: waiting.map(([plain, outcome]) => [plain.map((value) => value ?? null), outcome]),
      slots: [...slots.keys()],
      weights: weights.encode(),
      calibration: calibration.encode(),
    }),
    decode: (stored) => decode(stored as Stored),
  };
  return learner as Learner;
}

interface Stored extends Omit<Additive, 'slots' | 'weights' | 'calibration' | 'waiting'> {
  waiting: [inputs: (number | string | null)[], outcome: boolean][];
  slots: string[];
  weights: [string, string, string];
  calibration: [string, string, string];
}

function decode({ structure, slots, weights, calibration, waiting, ...rest }: Stored): Additive {
  return {
    ...rest,
    texts: [...rest.texts],
    averages: [...rest.averages],
    structure,
    waiting: waiting.map(([values, outcome]) => [values.map((value) => value ?? undefined), outcome]),
    slots: new Map(slots.map((name, slot) => [name, slot])),
    weights: GaussianWeights.decode(weights),
    calibration: GaussianWeights.decode(calibration),
  };
}

function newCalibration(): GaussianWeights {
  const calibration = new GaussianWeights();
  calibration.add(0, INTERCEPT_VARIANCE);
  calibration.add(1, SLOPE_VARIANCE);
  return calibration;
}

function build(state: Additive): void {
  const structure = structureOf(state.waiting);
  state.structure = structure;
  state.slots.set('base', state.weights.add(0, BASE_VARIANCE));
  structure.shapes.forEach(({ cuts }, input) => {
    cuts.forEach((_, at) => {
      const slot = addWeight(state, `${input}#${at}`, INPUT_VARIANCE);
      for (let before = 0; before < at; before += 1) {
        const distance = (at - before) / (cuts.length - 1);
        const other = state.slots.get(`${input}#${before}`);
        if (slot !== undefined && other !== undefined)
          state.weights.relate(other, slot, INPUT_VARIANCE * Math.exp(-distance / RESEMBLANCE));
      }
    });
  });
  const examples = state.waiting;
  state.waiting = [];
  for (const [plain, outcome] of examples) update(state, structure, plain, outcome);
}

function update(state: Additive, structure: Structure, plain: Plain, outcome: boolean): void {
  const touched = touch(structure, plain, newPlaces(state, structure));
  const score = state.weights.score(touched);
  const rate = Math.max(1 / state.examples, 1 / AVERAGE_OVER);
  const sums = contributionsOf(touched, additionsOf(state));
  for (const [input, sum] of sums.entries())
    state.averages[input] = (state.averages[input] as number) * (1 - rate) + sum * rate;
  state.spread += (1 / SPREAD_OVER) * (score.variance / ownVariance(touched, state.weights) - state.spread);
  if (state.examples > FIRST_EXAMPLES)
    state.calibration.learn({ slots: [0, 1], shares: [1, moderated(score)] }, outcome);
  state.weights.learn(touched, outcome);
}

function predict(names: readonly string[], state: Additive, inputs: readonly InputValue[]): Prediction {
  const { structure, examples, positives } = state;
  if (structure === undefined) {
    const probability = (positives + 1) / (examples + 2);
    const logOdds = Math.log(probability / (1 - probability));
    const error = Math.sqrt((probability * (1 - probability)) / (examples + 3));
    return { probability, error, logOdds, base: logOdds, contributions: [], examples };
  }
  const plain = names.map((_, i) => plainInput(inputs[i]));
  const touched = touch(structure, plain, knownPlaces(structure, state.slots));
  const { variance } = state.weights.score(touched);
  return predictionOf(names, inputs, touched, additionsOf(state), variance);
}

function additionsOf({ examples, averages, weights, calibration }: Additive): Additions {
  return {
    examples,
    averages,
    mean: (slot) => weights.mean(slot),
    calibration: [calibration.mean(0), calibration.mean(1)],
  };
}

function moderated({ mean, variance }: Score): number {
  return mean * moderation(variance);
}

function ownVariance({ slots, shares }: Touched, weights: GaussianWeights): number {
  return slots.reduce((sum, slot, at) => sum + (shares[at] as number) ** 2 * weights.variance(slot), 0);
}

/** While learning, what was never seen gets a weight as long as there is room. */
function newPlaces(state: Additive, structure: Structure): Places {
  const known = knownPlaces(structure, state.slots);
  return {
    part: (input, part) => known.part(input, part) ?? newPart(state, input, part, partName(input, part)),
    pair(pair, part, otherPart) {
      const found = known.pair(pair, part, otherPart);
      if (found !== undefined || state.weights.size >= MOST_BEFORE_PAIRS) return found;
      const name = pairName(structure.pairs[pair] as [number, number], part, otherPart);
      return addWeight(state, name, PAIR_VARIANCE);
    },
  };
}

function newPart(state: Additive, input: number, part: string, name: string): number | undefined {
  const isText = part.startsWith('=');
  if (isText && (state.texts[input] as number) >= MOST_TEXTS) return undefined;
  const slot = addWeight(state, name, INPUT_VARIANCE);
  if (slot !== undefined && isText) state.texts[input] = (state.texts[input] as number) + 1;
  return slot;
}

function addWeight(state: Additive, name: string, variance: number): number | undefined {
  if (state.weights.size >= MOST_WEIGHTS) return undefined;
  const slot = state.weights.add(0, variance);
  state.slots.set(name, slot);
  return slot;
}
