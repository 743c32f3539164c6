/** A detector for any series: how unlikely its last values are, against all it was before and at this hour of the day. */

import type { Millis } from '../../core/units.ts';
import { type Extremes, evidenceOf, noExtremes, take } from './extremes.ts';
import { expectedAt, type HourProfile, noProfile, takeValue } from './hour-profile.ts';
import { newnessOf, noTransitions, type Transitions } from './transitions.ts';

/**
 * What is looked at, in steps of the series, and how much its evidence counts (in powers of ten): the mean of the
 * last 6, the change from the 4 before to the last 4, the last change, the spread of the last 12, and of what is left
 * when the expected value is taken away the last, the mean of 6 and of 24.
 */
const WEIGHTS = [0.5, 0.6, 0.5, 0.2, 0.7, 0.9, 0.2] as const;
const NEWNESS = 0.5;
/** The weighted evidence that is an alarm. */
const ALARM = 7.9;
/** After an alarm so many values are no alarm again. */
const COOL_DOWN = 60;
/** An alarm is over after so many values of less than half the evidence. */
const CALM = 12;
const REMEMBERED = 24;

export interface SeriesDetector {
  readonly profile: HourProfile;
  readonly transitions: Transitions;
  /** Of each of WEIGHTS the largest values, then the largest of their negatives. */
  readonly extremes: readonly (readonly [Extremes, Extremes])[];
  /** The last values and what was left of them, oldest first. */
  readonly values: number[];
  readonly rests: number[];
  /** Values since the last alarm, at most one more than the cool-down. */
  sinceAlarm: number;
  /** While it lasts: the alarm. */
  alarm: Alarm | null;
  calm: number;
}

export interface Alarm {
  readonly since: Millis;
  readonly type: 'high' | 'low' | 'change';
  /** The evidence over what is needed for an alarm, at its most. */
  score: number;
  /** Chance of the least likely single fact of it. */
  p: number;
}

export interface Sighting {
  /** Evidence over what is needed for an alarm: 1 and more is one. */
  readonly score: number;
  /** Whether an alarm begins here. */
  readonly begins: boolean;
  readonly p: number;
  readonly expected: number;
}

export function newSeriesDetector(): SeriesDetector {
  return {
    profile: noProfile(),
    transitions: noTransitions(),
    extremes: WEIGHTS.map(() => [noExtremes(), noExtremes()]),
    values: [],
    rests: [],
    sinceAlarm: COOL_DOWN + 1,
    alarm: null,
    calm: 0,
  };
}

/**
 * Takes the next value of the series: O(1), 4 µs; the state is plain JSON of at most 10 kB. `npm run bench -- nab`
 * measures it.
 * @param time start of its step
 */
export function sight(detector: SeriesDetector, time: Millis, value: number): Sighting {
  const { profile, values, rests } = detector;
  const expected = expectedAt(profile, time, value);
  const rest = value - expected;
  push(values, value);
  push(rests, rest);
  const looked = [
    mean(values, 6),
    mean(values, 4) - (values.length > 4 ? mean(values, 4, 4) : mean(values, 4)),
    value - (values[values.length - 2] ?? value),
    spread(values),
    rest,
    mean(rests, 6),
    mean(rests, 24),
  ];
  let evidence = newnessOf(detector.transitions, value) * NEWNESS;
  let strongest = 0;
  let type: Alarm['type'] = 'change';
  for (const [i, each] of looked.entries()) {
    const [large, small] = detector.extremes[i] as readonly [Extremes, Extremes];
    const high = evidenceOf(large, each);
    const low = evidenceOf(small, -each);
    take(large, each);
    take(small, -each);
    const most = Math.max(high, low);
    evidence += most * (WEIGHTS[i] as number);
    if (most <= strongest) continue;
    strongest = most;
    type = i === 3 ? 'change' : high >= low ? 'high' : 'low';
  }
  takeValue(profile, time, value);
  const score = evidence / ALARM;
  const p = 10 ** -strongest;
  const begins = score >= 1 && detector.sinceAlarm > COOL_DOWN;
  detector.sinceAlarm = begins ? 1 : Math.min(detector.sinceAlarm + 1, COOL_DOWN + 1);
  watch(detector, begins ? { since: time, type, score, p } : null, score, p);
  return { score, begins, p, expected };
}

function watch(detector: SeriesDetector, begun: Alarm | null, score: number, p: number): void {
  const { alarm } = detector;
  detector.calm = score < 0.5 ? detector.calm + 1 : 0;
  if (alarm === null) detector.alarm = begun;
  else if (detector.calm >= CALM) detector.alarm = null;
  else {
    alarm.score = Math.max(alarm.score, score);
    alarm.p = Math.min(alarm.p, p);
  }
}

function push(list: number[], value: number): void {
  list.push(value);
  if (list.length > REMEMBERED) list.shift();
}

/** Of the last `count`, or of those before the last `skip`. */
function mean(list: readonly number[], count: number, skip = 0): number {
  const end = list.length - skip;
  const start = Math.max(0, end - count);
  let sum = 0;
  for (let i = start; i < end; i += 1) sum += list[i] as number;
  return sum / (end - start);
}

/** Log of the standard deviation of the last 12, so that a calm that never was is seen as well as a storm. */
function spread(list: readonly number[]): number {
  const middle = mean(list, 12);
  const start = Math.max(0, list.length - 12);
  let sum = 0;
  for (let i = start; i < list.length; i += 1) sum += ((list[i] as number) - middle) ** 2;
  return Math.log(Math.sqrt(sum / (list.length - start)) + 1e-9 * (Math.abs(middle) + 1));
}
