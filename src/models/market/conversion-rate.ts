/** How many applications a click brings: a rate that is learned although applications come hours after their clicks. */

import type { Change, Side } from './guard.ts';
import { remaining } from './half-life.ts';
import { blockOf, hoursBefore, localHour } from './local-hour.ts';

const HALF_LIFE_HOURS = 168;
const FACTOR_HALF_LIFE_HOURS = 8 * 168;
/** The prior of the rate counts as many applications. */
const PRIOR_STRENGTH = 8;
/** Without a category to learn from, and after an alarm, which the prior did not foresee. */
const WEAK_STRENGTH = 1;
const USUAL_RATE = 0.05;
/** A factor begins at 1 as if so many applications had been seen: a variance of 0.06. */
const FACTOR_STRENGTH = 16;
/** An alarm is over when the rate is back within this ratio of the level before, or after a week. */
const BACK_WITHIN = 1.4;
const NEW_NORMAL_HOURS = 168;

/** What came and what was expected of it, of each weekday and each block of three hours of the clicks. */
export interface Factors {
  readonly came: number[];
  readonly expected: number[];
}

export interface ConversionRate {
  /** Applications and clicks (by their factors and delay), aged. */
  came: number;
  exposure: number;
  /** The rate that the category tells, when the last hour was closed. */
  prior: number | undefined;
  readonly weekday: Factors;
  readonly block: Factors;
  alarm: { readonly side: Side; readonly before: number; readonly hour: number } | undefined;
}

/** Clicks of past hours whose applications are due in one hour. */
export interface Due {
  /** Σ share of the delay × clicks × factor of their hour. */
  readonly exposure: number;
  /** The same of each weekday and block. */
  readonly weekday: Float64Array;
  readonly block: Float64Array;
}

/**
 * Formula: applications of an hour ~ Poisson(r E), E = Σ_lag p_lag clicks_{t−lag} f(their weekday) f(their block);
 * r = (a+8)/(b+8/r_category), a and b the evidence with a half-life of a week: a Gamma posterior whose prior is the
 * next level of the hierarchy. A factor is (16+came)/(16+expected); what came is divided among the hours of the
 * clicks as E is. Reference: A. Gelman et al., "Bayesian Data Analysis" (2013), 2.6; for the hierarchy chapter 5.
 * Memory: 34 numbers. Cost: 120 steps an hour.
 */
export function newConversionRate(): ConversionRate {
  return {
    came: 0,
    exposure: 0,
    prior: undefined,
    weekday: newFactors(7),
    block: newFactors(8),
    alarm: undefined,
  };
}

/** Applications per click, all factors at 1. */
export function rateOf(rate: ConversionRate): number {
  const strength = strengthOf(rate);
  return (rate.came + strength) / (rate.exposure + strength / (rate.prior ?? USUAL_RATE));
}

/** Applications that the rate is known from: the shape of its Gamma posterior. */
export function shapeOf(rate: ConversionRate): number {
  return rate.came + strengthOf(rate);
}

export function factorsOf({ came, expected }: Factors): number[] {
  return came.map((n, i) => (FACTOR_STRENGTH + n) / (FACTOR_STRENGTH + (expected[i] as number)));
}

/**
 * What is due in an hour of the week.
 * @param clicksBefore clicks of the hour so many hours earlier (0: of the hour itself)
 * @param shares share of applications that come so many hours after the hour of their clicks
 */
export function dueIn(
  rate: ConversionRate,
  ofWeek: number,
  shares: Float64Array,
  clicksBefore: (lag: number) => number,
): Due {
  const weekdays = factorsOf(rate.weekday);
  const blocks = factorsOf(rate.block);
  const due = { exposure: 0, weekday: new Float64Array(7), block: new Float64Array(8) };
  for (let lag = 0; lag < shares.length; lag += 1) {
    const clicks = clicksBefore(lag);
    if (clicks === 0) continue;
    const { weekday, hour } = localHour(hoursBefore(ofWeek, lag));
    const block = blockOf(hour);
    const part = (shares[lag] as number) * clicks * (weekdays[weekday] as number) * (blocks[block] as number);
    due.exposure += part;
    due.weekday[weekday] = (due.weekday[weekday] as number) + part;
    due.block[block] = (due.block[block] as number) + part;
  }
  return due;
}

/** Takes the applications that came in an hour. */
export function learnRate(rate: ConversionRate, came: number, due: Due): void {
  if (due.exposure > 0) {
    const present = rateOf(rate);
    learnFactors(rate.weekday, due.weekday, came, due.exposure, present);
    learnFactors(rate.block, due.block, came, due.exposure, present);
  }
  rate.came += came;
  rate.exposure += due.exposure;
}

export function ageRate(rate: ConversionRate, hours: number): void {
  const left = remaining(hours, HALF_LIFE_HOURS);
  rate.came *= left;
  rate.exposure *= left;
  const factorsLeft = remaining(hours, FACTOR_HALF_LIFE_HOURS);
  for (const { came, expected } of [rate.weekday, rate.block]) {
    for (let i = 0; i < came.length; i += 1) {
      came[i] = (came[i] as number) * factorsLeft;
      expected[i] = (expected[i] as number) * factorsLeft;
    }
  }
}

/** The rate has changed at once: only what came since counts. The level before is remembered until it is back. */
export function reseedRate(rate: ConversionRate, change: Change, hour: number): void {
  const before = rateOf(rate);
  const was = rate.alarm;
  rate.came = change.came;
  rate.exposure = change.exposure;
  rate.alarm =
    was === undefined ? { side: change.side, before, hour } : was.side === change.side ? was : undefined;
}

/** Ends an alarm whose reason is gone, or has become usual. */
export function settleAlarm(rate: ConversionRate, hour: number): void {
  const { alarm } = rate;
  if (alarm === undefined) return;
  const ratio = rateOf(rate) / alarm.before;
  const isBack = alarm.side === 'low' ? ratio > 1 / BACK_WITHIN : ratio < BACK_WITHIN;
  if (isBack || hour - alarm.hour >= NEW_NORMAL_HOURS) rate.alarm = undefined;
}

function strengthOf({ prior, alarm }: ConversionRate): number {
  return prior === undefined || alarm !== undefined ? WEAK_STRENGTH : PRIOR_STRENGTH;
}

function newFactors(count: number): Factors {
  const zeros = () => Array.from({ length: count }, () => 0);
  return { came: zeros(), expected: zeros() };
}

function learnFactors(
  factors: Factors,
  parts: Float64Array,
  came: number,
  exposure: number,
  rate: number,
): void {
  const present = factorsOf(factors);
  for (let i = 0; i < parts.length; i += 1) {
    const part = parts[i] as number;
    if (part === 0) continue;
    factors.came[i] = (factors.came[i] as number) + (came * part) / exposure;
    factors.expected[i] = (factors.expected[i] as number) + (rate * part) / (present[i] as number);
  }
}
