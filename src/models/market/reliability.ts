/** Reliability of statements: how often what was stated with a confidence came true, and what that says of the next one. */

import type { ReliabilityBucket } from '../../core/history/kept-insight.ts';

/** From so many known outcomes on a stated confidence is corrected. */
export const LEAST_REALISED = 200;
/** A bucket stands for what was stated in it as if so many had come true as often as stated. */
const PRIOR = 20;

/** Confidences are percent. */
interface Knot {
  readonly stated: number;
  readonly true: number;
  readonly weight: number;
}

/**
 * What a stated confidence is worth, in percent to a tenth; undefined before `LEAST_REALISED` outcomes are known.
 * Formula: of each bucket (above + 20 c) / (n + 20), c its mean confidence; pooled so that more is never worth less
 * (pool adjacent violators, R. E. Barlow et al. 1972, "Statistical Inference under Order Restrictions"); between the
 * means of two buckets in proportion, outside of them shifted by what the nearest is off. O(buckets).
 */
export function recalibrated(confidence: number, buckets: readonly ReliabilityBucket[]): number | undefined {
  const known = buckets.reduce((sum, { realised }) => sum + realised, 0);
  if (known < LEAST_REALISED) return undefined;
  const knots = pooled(
    buckets.flatMap(({ realised, above, confidence: stated }) =>
      realised === 0 || stated === null
        ? []
        : [{ stated, true: (100 * above + PRIOR * stated) / (realised + PRIOR), weight: realised + PRIOR }],
    ),
  );
  return Math.round(10 * Math.min(100, Math.max(0, read(confidence, knots)))) / 10;
}

function pooled(knots: readonly Knot[]): Knot[] {
  const done: (Knot & { readonly from: readonly Knot[] })[] = [];
  for (const knot of [...knots].sort((a, b) => a.stated - b.stated)) {
    let open = { ...knot, from: [knot] as readonly Knot[] };
    for (let last = done.at(-1); last !== undefined && last.true > open.true; last = done.at(-1)) {
      done.pop();
      const weight = last.weight + open.weight;
      open = {
        stated: open.stated,
        true: (last.true * last.weight + open.true * open.weight) / weight,
        weight,
        from: [...last.from, ...open.from],
      };
    }
    done.push(open);
  }
  return done.flatMap(({ true: worth, from }) => from.map((knot) => ({ ...knot, true: worth })));
}

function read(confidence: number, knots: readonly Knot[]): number {
  const above = knots.findIndex(({ stated }) => stated >= confidence);
  const upper = knots[above];
  const lower = knots[above < 0 ? knots.length - 1 : above - 1];
  const nearest = upper ?? lower;
  if (nearest === undefined) return confidence;
  if (upper === undefined || lower === undefined) return nearest.true + confidence - nearest.stated;
  const width = upper.stated - lower.stated;
  return width === 0
    ? upper.true
    : lower.true + ((upper.true - lower.true) * (confidence - lower.stated)) / width;
}
