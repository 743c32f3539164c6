/** How busy the hours of a local day are, and points in time drawn accordingly. */

import { DAY, HOUR, type Millis } from '../../core/units.ts';
import type { Draw } from './draw.ts';

/** Madrid's winter time; that it is an hour off in summer does not matter to a demo. */
const LOCAL: Millis = HOUR;

/** Relative weight of each local hour, midnight first; the largest is 1. */
export type HourCurve = readonly number[];

/** Job seekers look before lunch and in the evening. */
export const BROWSING: HourCurve = [
  0.12, 0.07, 0.05, 0.05, 0.06, 0.12, 0.25, 0.45, 0.65, 0.85, 0.95, 0.9, 0.8, 0.7, 0.65, 0.65, 0.7, 0.75,
  0.85, 1, 1, 0.85, 0.55, 0.28,
];

/** Agencies send in office hours. */
export const OFFICE: HourCurve = [
  0, 0, 0, 0, 0, 0, 0, 0.1, 0.5, 1, 1, 0.8, 0.5, 0.3, 0.3, 0.6, 0.8, 0.6, 0.2, 0.05, 0, 0, 0, 0,
];

export const ALWAYS: HourCurve = Array.from({ length: 24 }, () => 1);

export function localHour(time: Millis): number {
  return Math.floor(((time + LOCAL) % DAY) / HOUR);
}

/** Monday is 1. */
export function localWeekday(time: Millis): number {
  return ((Math.floor((time + LOCAL) / DAY) + 3) % 7) + 1;
}

/** A time in [from, to), drawn by the curve. */
export function timeBetween(draw: Draw, from: Millis, to: Millis, curve: HourCurve): Millis {
  let time = from;
  // Short spans may lie wholly in a quiet hour: after some tries any time will do.
  for (let i = 0; i < 40; i++) {
    time = Math.floor(draw.between(from, to));
    if (draw.chance(curve[localHour(time)] as number)) break;
  }
  return time;
}

/** `count` such times, in order. */
export function timesBetween(
  draw: Draw,
  count: number,
  from: Millis,
  to: Millis,
  curve: HourCurve,
): Millis[] {
  return Array.from({ length: count }, () => timeBetween(draw, from, to, curve)).sort((a, b) => a - b);
}
