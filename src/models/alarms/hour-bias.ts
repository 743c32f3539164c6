/** By how much an hour of the day usually differs from what the response expects of it. */

import type { LocalHour } from '../market/local-hour.ts';
import { type ResponseCurve, scaleAt } from '../market/response-curve.ts';

/** One hour counts so much against those of the days before; the first ones more. */
const RATE = 0.15;
/** As if so much had been seen as expected: a few clicks prove nothing. */
const SHRINK = 4;
const MOST = Math.log(6);
/** So little steepness says nothing of the difference at another spend. */
const LEAST_STEEPNESS = 0.05;

/**
 * The response knows the market by blocks of three hours. What an hour differs shows the more, the steeper the curve is
 * where it is: what is kept is the difference where it is steepest, log(seen ÷ expected) = steepness · difference.
 */
export interface HourBias {
  /** Hour of the day under way; −1 before the first. */
  hour: number;
  expected: number;
  seen: number;
  /** Σ steepness · expected. */
  steep: number;
  /** By local hour: days seen, and the difference. */
  readonly days: number[];
  readonly differences: number[];
}

export function noBias(): HourBias {
  const none = () => new Array<number>(24).fill(0);
  return { hour: -1, expected: 0, seen: 0, steep: 0, days: none(), differences: none() };
}

/** How steep the cost of a click is there, 0 to 1: d log cost / d log spend = u / (1 + u), u = s/S. */
export function steepness(curve: ResponseCurve, spend: number, at: LocalHour): number {
  const u = spend / scaleAt(curve, at);
  return u / (1 + u);
}

/** Factor of what is expected in this hour of the day. */
export function biasAt({ differences }: HourBias, hour: number, steep: number): number {
  return Math.exp(steep * (differences[hour] as number));
}

/** Adds a bucket; what an hour gave counts once it is over, and only if nothing was suspicious at its end. */
export function takeBias(
  bias: HourBias,
  hour: number,
  seen: number,
  expected: number,
  steep: number,
  suspicious: boolean,
): void {
  if (hour !== bias.hour) {
    if (bias.hour >= 0 && bias.expected > 0 && !suspicious) settle(bias);
    bias.hour = hour;
    bias.seen = 0;
    bias.expected = 0;
    bias.steep = 0;
  }
  bias.seen += seen;
  bias.expected += expected;
  bias.steep += steep * expected;
}

function settle(bias: HourBias): void {
  const { hour, seen, expected, days, differences } = bias;
  const log = Math.log((seen + SHRINK) / (expected + SHRINK));
  const steep = bias.steep / expected;
  const difference = (log * steep) / (steep * steep + LEAST_STEEPNESS);
  days[hour] = (days[hour] as number) + 1;
  const rate = Math.max(RATE, 1 / ((days[hour] as number) + 1));
  const next = (differences[hour] as number) * (1 - rate) + difference * rate;
  differences[hour] = Number(Math.max(-MOST, Math.min(MOST, next)).toFixed(4));
}
