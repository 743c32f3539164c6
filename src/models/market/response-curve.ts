/** What money buys in an hour: the small JSON parameters of a response, and the functions over them. */

import { blockOf, type LocalHour } from './local-hour.ts';

/**
 * Money in currency units. Lists of weekdays begin with Monday, lists of blocks at 00:00 in steps of three hours,
 * both local time.
 */
export interface ResponseCurve {
  /** c0: cost of a click when next to nothing is spent. */
  readonly click_cost: number;
  /** S: spend of an hour that doubles the cost of a click, where the factors are 1. */
  readonly scale: number;
  readonly scale_weekday: readonly number[];
  readonly scale_block: readonly number[];
  /** r: applications per click, where the factors are 1. */
  readonly rate: number;
  readonly rate_weekday: readonly number[];
  readonly rate_block: readonly number[];
  /** Shape of the Gamma posterior of r: how many applications it is known from. */
  readonly shape: number;
  /** Variance of log c0, covariance, variance of log S. */
  readonly price_variance: readonly [number, number, number];
  /** Counts of applications have variance μ + dispersion μ². */
  readonly dispersion: number;
  /** Weights of the parts of the delay from click to application (delay.ts). */
  readonly delay: readonly number[];
  /** More than this was not spent in an hour when it was offered. */
  readonly cap?: number;
}

/** Spend of an hour that doubles the cost of a click, in currency units. */
export function scaleAt(curve: ResponseCurve, { weekday, hour }: LocalHour): number {
  return (
    curve.scale * (curve.scale_weekday[weekday] as number) * (curve.scale_block[blockOf(hour)] as number)
  );
}

/** Applications per click of clicks of that hour, whenever they come. */
export function rateAt(curve: ResponseCurve, { weekday, hour }: LocalHour): number {
  return curve.rate * (curve.rate_weekday[weekday] as number) * (curve.rate_block[blockOf(hour)] as number);
}

/** Expected cost of a click, when `spend` currency units are spent in the hour. */
export function clickCostAt(curve: ResponseCurve, spend: number, at: LocalHour): number {
  return curve.click_cost * (1 + spend / scaleAt(curve, at));
}

/** Formula: s / (c0 (1 + s/S)); spend above the cap buys nothing. */
export function clicksAt(curve: ResponseCurve, spend: number, at: LocalHour): number {
  const spent = Math.min(spend, curve.cap ?? Number.POSITIVE_INFINITY);
  return spent > 0 ? spent / clickCostAt(curve, spent, at) : 0;
}

/** Applications that the clicks of the hour will bring, sooner or later. */
export function applicationsAt(curve: ResponseCurve, spend: number, at: LocalHour): number {
  return clicksAt(curve, spend, at) * rateAt(curve, at);
}

/** Applications that one more currency unit brings. Formula: (r/c0) / (1+u)², u = s/S; nothing above the cap. */
export function marginalAt(curve: ResponseCurve, spend: number, at: LocalHour): number {
  if (spend >= (curve.cap ?? Number.POSITIVE_INFINITY)) return 0;
  return rateAt(curve, at) / curve.click_cost / (1 + spend / scaleAt(curve, at)) ** 2;
}

/**
 * Applications bought in the hour have variance μ + d μ²; returns d: what counts vary by, and what is not known of r,
 * c0 and S (the variance of log clicks is c0's − 2w · both's + w² · S's, w = u/(1+u)).
 */
export function dispersionAt(curve: ResponseCurve, spend: number, at: LocalHour): number {
  const [cost, both, scale] = curve.price_variance;
  const u = spend / scaleAt(curve, at);
  const w = u / (1 + u);
  return curve.dispersion + 1 / curve.shape + Math.max(0, cost - 2 * w * both + w * w * scale);
}
