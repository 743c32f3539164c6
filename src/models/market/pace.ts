/** How a channel keeps to its plan: what is spent for each unit planned, and how late that is known. */

import { fromMicros, HOUR, type Micros, type Millis } from '../../core/units.ts';
import { remaining } from './half-life.ts';
import { localHour } from './local-hour.ts';
import { learnPace, newPacing, overspend, type Pacing, paceLevel } from './pacing.ts';

const DELAY_HALF_LIFE_HOURS = 48;
/** Less than a minute is how events run beside each other. */
const SHORTEST_DELAY = 1 / 60;
/** A day with clocks set back, and one hour. */
const KEPT_HOURS = 26;
/** An hour is judged when so many mean delays have passed: 95 % of it are known. */
const JUDGED_AFTER = 3;
/** Variance of the log of an hour's spend for its plan: of one click, and beside that. */
const CLICK_VARIANCE = 1.5;
const LEAST_VARIANCE = 0.01;
const DIGITS = 5;

/** An hour that is closed and had a plan; currency units. */
type PastHour = [hour: number, planned: number, spent: number, expected: number, judged: 0 | 1];

export interface Pace {
  readonly level: Pacing;
  /** Σ cost · hours that it came late, and Σ cost, aged. */
  late: number;
  cost: number;
  past: PastHour[];
  /** Since the last hour was closed. */
  told: ToldPace | undefined;
}

/** As of the end of the last hour; currency units. */
export interface ToldPace {
  /** What is spent for each unit that is planned. */
  readonly level: number;
  /** That, as far as it is certain that it is more than 1; else 1. */
  readonly over: number;
  /** Mean hours from a click to the news of it. */
  readonly delay: number;
  /** Of the day's hours that are over: what is expected to be spent and not known yet. */
  readonly in_flight: number;
  /** What they are expected to have spent in all. */
  readonly planned: number;
}

/**
 * Delay: exponential, its mean Σ cost · lateness / Σ cost with a half-life of two days. Of an hour that ended `a` hours
 * ago and was spent evenly, τ (e^(−a/τ) − e^(−(a+1)/τ)) is not known yet. Level: pacing.ts, of hours of which at least
 * 95 % are known and that no inventory limited. Memory: 4 numbers and 5 for each hour of a day. Cost: O(26) an hour.
 */
export function newPace(): Pace {
  return { level: newPacing(), late: 0, cost: 0, past: [], told: undefined };
}

/** @param lateness from the click to the news of it */
export function noteSpend(pace: Pace, cost: Micros, lateness: Millis): void {
  pace.late += (fromMicros(cost) * Math.max(0, lateness)) / HOUR;
  pace.cost += fromMicros(cost);
}

/** A click of an hour that is closed. */
export function noteLate({ past }: Pace, hour: number, cost: Micros): void {
  const known = past.find(([each]) => each === hour);
  if (known === undefined) return;
  known[2] += fromMicros(cost);
}

/** Mean hours from a click to the news of it. */
export function delayOf({ late, cost }: Pace): number {
  const mean = cost > 0 ? late / cost : 0;
  return mean < SHORTEST_DELAY ? 0 : mean;
}

/** What of an hour is known at its end, 0 to 1. */
export function knownAtEnd(pace: Pace): number {
  return 1 - unknownAfter(delayOf(pace), 0);
}

function unknownAfter(delay: number, age: number): number {
  return delay === 0 ? 0 : delay * (Math.exp(-age / delay) - Math.exp(-(age + 1) / delay));
}

/**
 * Closes an hour.
 * @param planned undefined without a plan
 * @param expected clicks that the plan buys: those that came would favour hours in which there were many; 0: nobody knows
 * @param isLimited the channel cannot spend what is planned
 * @param ofWeek the hour of the week of `hour` where the channel is
 */
export function closePace(
  pace: Pace,
  {
    hour,
    ofWeek,
    isLimited,
  }: { readonly hour: number; readonly ofWeek: number; readonly isLimited: boolean },
  planned: number | undefined,
  spent: number,
  expected: number,
): void {
  const delay = delayOf(pace);
  const kept = remaining(1, DELAY_HALF_LIFE_HOURS);
  pace.late *= kept;
  pace.cost *= kept;
  if (planned !== undefined && planned > 0)
    pace.past.push([hour, planned, spent, rounded(expected), isLimited || expected <= 0 ? 1 : 0]);
  pace.past = pace.past.filter(([each]) => hour - each < KEPT_HOURS);
  for (const past of pace.past) {
    const age = hour - past[0];
    if (past[4] === 1 || age < JUDGED_AFTER * delay) continue;
    const known = 1 - unknownAfter(delay, age);
    learnPace(pace.level, past[1] * known, past[2], LEAST_VARIANCE + CLICK_VARIANCE / past[3]);
    past[4] = 1;
  }
  pace.told = toldOf(pace, hour, delay, localHour((ofWeek + 1) % (7 * 24)).hour);
}

/** Nothing happens any more. */
export function restPace(pace: Pace): void {
  pace.past = [];
  pace.told = undefined;
}

/** @param today hours of the day that are over with `hour` */
function toldOf({ level, past }: Pace, hour: number, delay: number, today: number): ToldPace | undefined {
  if (past.length === 0) return undefined;
  const usual = paceLevel(level);
  let [inFlight, planned] = [0, 0];
  for (const [each, plan] of past) {
    if (hour - each >= today) continue;
    inFlight += plan * usual * unknownAfter(delay, hour - each);
    planned += plan * usual;
  }
  return {
    level: rounded(usual),
    over: rounded(overspend(level)),
    delay: rounded(delay),
    in_flight: rounded(inFlight),
    planned: rounded(planned),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
