/** A learned model reduced to what predictions need: small enough to be told to every partition. */

import type { Additive } from './additive-learner.ts';
import { floatsOf, floatText } from './float-text.ts';
import { type InputValue, type Prediction, plainInput } from './learner.ts';
import type { Structure } from './structure.ts';
import { type Additions, predictionOf, rememberedPlaces, touch } from './touched-weights.ts';

/** JSON; of the covariance only the weights' own variances are left. */
export interface CompactPredictor {
  readonly examples: number;
  readonly structure: Structure;
  /** Names of the weights; means and variances have the same order. */
  readonly slots: readonly string[];
  readonly means: string;
  readonly variances: string;
  readonly calibration: readonly [intercept: number, slope: number];
  readonly averages: readonly number[];
  readonly spread: number;
}

/** As JSON, in characters. */
export const LARGEST_PREDICTOR = 32 * 1024;
/** Of its weights so many stay, again and again, while a predictor is too large. */
const KEPT_SHARE = 0.75;

/**
 * Undefined while the learner gathers its first examples. Where names of texts make it too large, the weights that
 * say least are left out.
 */
export function compact(learned: unknown): CompactPredictor | undefined {
  const { structure, slots, weights, examples, calibration, averages, spread } = learned as Additive;
  if (structure === undefined) return undefined;
  let kept = [...slots];
  for (;;) {
    const predictor: CompactPredictor = {
      examples,
      structure,
      slots: kept.map(([name]) => name),
      means: floatText(Float32Array.from(kept, ([, slot]) => weights.mean(slot))),
      variances: floatText(Float32Array.from(kept, ([, slot]) => weights.variance(slot))),
      calibration: [calibration.mean(0), calibration.mean(1)],
      averages: [...averages],
      spread,
    };
    if (kept.length === 1 || JSON.stringify(predictor).length <= LARGEST_PREDICTOR) return predictor;
    const [base, ...others] = kept as [(typeof kept)[number], ...typeof kept];
    others.sort(([, a], [, b]) => Math.abs(weights.mean(b)) - Math.abs(weights.mean(a)) || a - b);
    kept = [base, ...others.slice(0, Math.floor(others.length * KEPT_SHARE))];
  }
}

/**
 * The predictions of a compact predictor. The variance of a score is guessed from the weights' own variances and what
 * it was of them on average: probabilities are within 0.02 of the whole model's, see the contract tests.
 */
export function predictorOf(
  names: readonly string[],
  { structure, slots, averages, examples, calibration, spread, ...stored }: CompactPredictor,
): (inputs: readonly InputValue[]) => Prediction {
  const means = floatsOf(stored.means);
  const variances = floatsOf(stored.variances);
  const places = rememberedPlaces(structure, new Map(slots.map((name, slot) => [name, slot])));
  const additions: Additions = { examples, averages, calibration, mean: (slot) => means[slot] as number };
  return (inputs) => {
    const plain = names.map((_, i) => plainInput(inputs[i]));
    const touched = touch(structure, plain, places);
    const own = touched.slots.reduce(
      (sum, slot, at) => sum + (touched.shares[at] as number) ** 2 * (variances[slot] as number),
      0,
    );
    return predictionOf(names, inputs, touched, additions, spread * own);
  };
}
