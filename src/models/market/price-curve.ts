/** What a click costs, the dearer the more is spent in an hour: learned by an extended Kalman filter. */

import { blockOf, type LocalHour } from './local-hour.ts';

/** log c0, log S, seven weekdays, eight blocks of three hours. */
const SIZE = 17;
const WEEKDAYS = 2;
const BLOCKS = 9;
const VARIANCE = 0.5;
const LEAST_VARIANCE = 0.002;
const FACTOR_VARIANCE = 0.06;
/** Per hour. */
const CLICK_COST_DRIFT = 1e-4;
const SCALE_DRIFT = 2e-4;
/** Surprises of the same sign add up to this many standard deviations (less one an hour) before it relearns. */
const SURPRISES = 8;

/** Means and packed lower triangle of the covariance, of 32 bits so that the stored state is the same. */
export interface PriceCurve {
  readonly mean: Float32Array;
  readonly covariance: Float32Array;
  /** Sums of surprises: dearer, cheaper. */
  readonly surprise: [number, number];
}

/**
 * Formula: log(cost per click) = log c0 + log(1+u), u = spend of the hour / exp(log S + weekday + block). One
 * observation an hour, y = log(spend/clicks), variance (0.04 + squared variation of single costs)/clicks + 0.002; gradient [1, −w, −w, −w], w = u/(1+u).
 * When surprises of one sign add up (a CUSUM), the variances of c0 and S are opened again: prices change at once, too.
 * Reference: West & Harrison, "Bayesian Forecasting and Dynamic Models" (1997); E. S. Page (1954) for the CUSUM.
 * Memory: 17 + 153 numbers of 32 bits. Cost: about 400 multiplications an hour.
 * @param clickCost and spend of the first hour with clicks, in currency units: the curve starts at half saturation
 */
export function newPriceCurve(clickCost: number, spend: number): PriceCurve {
  const mean = new Float32Array(SIZE);
  mean[0] = Math.log(clickCost / 1.5);
  mean[1] = Math.log(2 * spend);
  const covariance = new Float32Array((SIZE * (SIZE + 1)) / 2);
  for (let i = 0; i < SIZE; i += 1) covariance[at(i, i)] = i < 2 ? VARIANCE : FACTOR_VARIANCE;
  return { mean, covariance, surprise: [0, 0] };
}

/** Hours go by: what is known of c0 and S grows old, up to where it began. */
export function agePriceCurve({ covariance }: PriceCurve, hours: number): void {
  covariance[0] = Math.min(VARIANCE, (covariance[0] as number) + CLICK_COST_DRIFT * hours);
  covariance[2] = Math.min(VARIANCE, (covariance[2] as number) + SCALE_DRIFT * hours);
}

/**
 * Takes one hour.
 * @param spend the level it was bought at, in currency units (> 0)
 * @param clickCost mean cost of its clicks
 * @param chance variance of the logarithm of that mean
 */
export function learnPrice(
  curve: PriceCurve,
  local: LocalHour,
  spend: number,
  clickCost: number,
  chance: number,
): void {
  const { mean, covariance } = curve;
  const touched = [0, 1, WEEKDAYS + local.weekday, BLOCKS + blockOf(local.hour)];
  const scale = touched.slice(1).reduce((sum, i) => sum + (mean[i] as number), 0);
  const u = spend / Math.exp(scale);
  const w = u / (1 + u);
  const surprise = Math.log(clickCost) - (mean[0] as number) - Math.log1p(u);
  const lean = new Float64Array(SIZE);
  for (let i = 0; i < SIZE; i += 1)
    for (const j of touched)
      lean[i] =
        (lean[i] as number) + (j === 0 ? 1 : -w) * (covariance[i > j ? at(i, j) : at(j, i)] as number);
  let variance = chance + LEAST_VARIANCE;
  for (const j of touched) variance += (j === 0 ? 1 : -w) * (lean[j] as number);
  const relearn = addSurprise(curve, surprise / Math.sqrt(variance));
  for (let i = 0; i < SIZE; i += 1) {
    const gain = (lean[i] as number) / variance;
    mean[i] = (mean[i] as number) + gain * surprise;
    for (let j = 0; j <= i; j += 1)
      covariance[at(i, j)] = (covariance[at(i, j)] as number) - gain * (lean[j] as number);
    covariance[at(i, i)] = Math.max(1e-7, covariance[at(i, i)] as number);
  }
  if (relearn) {
    covariance[0] = VARIANCE;
    covariance[2] = VARIANCE;
  }
}

/** Currency units: cost of a click when next to nothing is spent. */
export function clickCostOf({ mean }: PriceCurve): number {
  return Math.exp(mean[0] as number);
}

/** Currency units per hour: spending this doubles the cost of a click, before the factors of the hour. */
export function scaleOf({ mean }: PriceCurve): number {
  return Math.exp(mean[1] as number);
}

/** Factors of the scale, Monday first, and from 00:00 in steps of three hours. */
export function scaleFactors({ mean }: PriceCurve): { weekday: number[]; block: number[] } {
  const factors = (from: number, to: number) => Array.from(mean.subarray(from, to), Math.exp);
  return { weekday: factors(WEEKDAYS, BLOCKS), block: factors(BLOCKS, SIZE) };
}

/** Variance of log c0, covariance, variance of log S. */
export function priceVariance({ covariance }: PriceCurve): [number, number, number] {
  return [covariance[0] as number, covariance[1] as number, covariance[2] as number];
}

function addSurprise({ surprise }: PriceCurve, deviations: number): boolean {
  const clipped = Math.max(-4, Math.min(4, deviations));
  surprise[0] = Math.max(0, surprise[0] + clipped - 1);
  surprise[1] = Math.max(0, surprise[1] - clipped - 1);
  if (Math.max(...surprise) < SURPRISES) return false;
  surprise[0] = 0;
  surprise[1] = 0;
  return true;
}

function at(i: number, j: number): number {
  return (i * (i + 1)) / 2 + j;
}
