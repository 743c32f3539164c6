/** Foretells the next hourly value of any series, with an interval, from its last values and its habits of the day. */

import { HOUR, type Millis } from '../../core/units.ts';
import { learnExample, newRegression, predicted, type RobustRegression } from './robust-regression.ts';

const HOURS = 24;
/** Values that only set the scale, and hours that are remembered: yesterday at this time, and the hour before. */
const FIRST = 24;
const REMEMBERED = 26;
/** Part of the usual size below which values are as good as zero. */
const NEAR_ZERO = 0.05;
const LEVEL_RATE = 0.02;
const HOUR_RATE = 0.06;
/** Of an interval of 80 %, what lies below and above. */
const TAIL = 0.1;
const TAIL_RATE = 0.05;
const ERROR_RATE = 0.01;
/** Values before a forecast can be called better than the naive one. */
const FEWEST = 48;
const FARTHEST = 30;
/** Weights before anything was learned: a good part of the last value, and the way the day goes. */
const PRIOR = [0, 0.7, 0, 0, 0, 0, 0.9, -0.6, 0, 0, 0] as const;

export interface SeriesForecaster {
  /** Size of a value that counts as near zero; 0 while the first values are gathered. */
  scale: number;
  first: number[];
  seen: number;
  level: number;
  readonly hours: { seen: number; mean: number }[];
  /** The last hours that had a value: hour number and value, oldest first. */
  readonly last: [number, number][];
  readonly regression: RobustRegression;
  /** Where the ends of the interval lie from the forecast, in transformed units. */
  below: number;
  above: number;
  /** Mean absolute errors of the forecast and of the last value, decaying. */
  error: number;
  naiveError: number;
}

export interface Forecast {
  /** Median of what is expected, and an interval that 80 % of the values fall in. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export function newForecaster(): SeriesForecaster {
  return {
    scale: 0,
    first: [],
    seen: 0,
    level: 0,
    hours: Array.from({ length: HOURS }, () => ({ seen: 0, mean: 0 })),
    last: [],
    regression: newRegression(PRIOR),
    below: -1,
    above: 1,
    error: 0,
    naiveError: 0,
  };
}

/**
 * The forecast of the hour that begins at `time`; undefined before 24 values were seen. The series is taken as
 * asinh(value / scale), nearly its logarithm, which may be zero or negative too; a robust regression on the last
 * three values, their median of five, the last day's mean, what this hour and the two before usually are, and
 * yesterday. `npm run bench -- forecast` measures it.
 */
export function forecast(forecaster: SeriesForecaster, time: Millis): Forecast | undefined {
  const { scale, below, above } = forecaster;
  if (scale === 0) return undefined;
  const middle = transformedForecast(forecaster, time);
  return {
    value: scale * Math.sinh(middle),
    low: scale * Math.sinh(middle + below),
    high: scale * Math.sinh(middle + above),
  };
}

/** The value of the last hour that had one, as it is remembered. */
export function lastValue({ last, scale }: SeriesForecaster): number | undefined {
  const [, value] = last[last.length - 1] ?? [];
  return value === undefined || scale === 0 ? undefined : scale * Math.sinh(value);
}

/** Whether the forecasts of late were better than the value before. */
export function isServed({ seen, error, naiveError }: SeriesForecaster): boolean {
  return seen >= FEWEST && error < naiveError;
}

/** Takes the value of the hour that begins at `time`; hours must come in order, and may be missing. About 10 µs, 3 kB. */
export function takeHour(forecaster: SeriesForecaster, time: Millis, value: number): void {
  if (forecaster.scale !== 0) {
    takeTransformed(forecaster, time, value);
    return;
  }
  forecaster.first.push(value);
  forecaster.last.push([hourAt(time), value]);
  if (forecaster.first.length < FIRST) return;
  const sizes = forecaster.first.map(Math.abs).sort((a, b) => a - b);
  const usual = (sizes[FIRST >> 1] as number) || (sizes[FIRST - 1] as number) || 1;
  forecaster.scale = usual * NEAR_ZERO;
  const gathered = forecaster.last.splice(0);
  forecaster.first = [];
  for (const [hour, each] of gathered) takeTransformed(forecaster, hour * HOUR, each);
}

function takeTransformed(forecaster: SeriesForecaster, time: Millis, value: number): void {
  const { last, scale, regression, hours } = forecaster;
  const now = Math.asinh(value / scale);
  if (last.length > 0) {
    const inputs = inputsAt(forecaster, time);
    const said = clamped(forecaster.level + predicted(regression, inputs));
    const naive = scale * Math.sinh((last[last.length - 1] as [number, number])[1]);
    track(forecaster, now - said);
    const rate = Math.max(ERROR_RATE, 1 / forecaster.seen);
    forecaster.error += rate * (Math.abs(value - scale * Math.sinh(said)) - forecaster.error);
    forecaster.naiveError += rate * (Math.abs(value - naive) - forecaster.naiveError);
    learnExample(regression, inputs, now - forecaster.level);
  }
  forecaster.seen += 1;
  forecaster.level += (now - forecaster.level) * Math.max(LEVEL_RATE, 1 / forecaster.seen);
  const hour = hours[hourAt(time) % HOURS] as { seen: number; mean: number };
  hour.seen += 1;
  hour.mean += (now - forecaster.level - hour.mean) * Math.max(HOUR_RATE, 1 / hour.seen);
  last.push([hourAt(time), now]);
  while (last.length > 1 && (last[0] as [number, number])[0] <= hourAt(time) - REMEMBERED) last.shift();
}

/** Moves the ends of the interval so that a tenth falls beyond each (stochastic approximation of quantiles). */
function track(forecaster: SeriesForecaster, error: number): void {
  const { meanError } = forecaster.regression;
  const step = TAIL_RATE * (meanError || 1) * Math.max(1, 20 / (forecaster.seen + 1)) * 2;
  forecaster.below = Math.min(0, forecaster.below + step * (TAIL - (error < forecaster.below ? 1 : 0)));
  forecaster.above = Math.max(0, forecaster.above - step * (TAIL - (error > forecaster.above ? 1 : 0)));
}

function transformedForecast(forecaster: SeriesForecaster, time: Millis): number {
  return clamped(forecaster.level + predicted(forecaster.regression, inputsAt(forecaster, time)));
}

function clamped(value: number): number {
  return Math.max(-FARTHEST, Math.min(FARTHEST, value));
}

function inputsAt({ last, level, hours }: SeriesForecaster, time: Millis): number[] {
  const hour = hourAt(time);
  const back = (count: number) => (last[last.length - count] ?? (last[0] as [number, number]))[1] - level;
  const at = (of: number) => (hours[((of % HOURS) + HOURS) % HOURS] as { mean: number }).mean;
  const yesterday = (ago: number) => {
    const found = last.find(([each]) => each === hour - ago);
    return found === undefined ? at(hour - ago) : found[1] - level;
  };
  const five = last.slice(-5).map(([, value]) => value - level);
  five.sort((a, b) => a - b);
  const day = last.slice(-HOURS);
  const mean = day.reduce((sum, [, value]) => sum + value, 0) / day.length - level;
  return [
    1,
    back(1),
    back(2),
    back(3),
    five[five.length >> 1] as number,
    mean,
    at(hour),
    at(hour - 1),
    at(hour - 2),
    yesterday(24),
    yesterday(25),
  ];
}

function hourAt(time: Millis): number {
  return Math.floor(time / HOUR);
}
