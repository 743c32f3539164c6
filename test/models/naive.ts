/** What each aggregate means, worked out anew from the whole list of adds. */

import type { AggregateOptions } from '../../src/models/aggregate.ts';
import { comesBefore } from '../../src/models/tally-of-values.ts';

export interface Add {
  readonly time: number;
  readonly value: unknown;
  readonly key: string | undefined;
  readonly rank: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function stepOf({ window = 0, ago = 0, step }: AggregateOptions): number {
  if (step !== undefined) return step;
  if (window + ago <= 6 * HOUR) return MINUTE;
  return window + ago <= 14 * DAY ? HOUR : DAY;
}

/** Buckets between the one of `time` and the one of `now`. */
function age(options: AggregateOptions, time: number, now: number): number {
  const step = stepOf(options);
  return Math.floor(now / step) - Math.floor(time / step);
}

export function refused(options: AggregateOptions, time: number, now: number): boolean {
  if (options.window === undefined) return false;
  return age(options, time, now) >= (options.window + (options.ago ?? 0)) / stepOf(options);
}

function covered(options: AggregateOptions, time: number, now: number): boolean {
  if (options.window === undefined) return true;
  return age(options, time, now) >= (options.ago ?? 0) / stepOf(options) && !refused(options, time, now);
}

type Meaning = (adds: readonly Add[], now: number, options: AggregateOptions) => unknown;

function micros(adds: readonly Add[], now: number, options: AggregateOptions): number[] {
  return adds
    .filter(({ time }) => covered(options, time, now))
    .map(({ value }) => value)
    .filter((value): value is number => typeof value === 'number' && Math.abs(value) <= 1e9)
    .map((value) => Math.round(value * 1e6));
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function largest(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

function keysOf(adds: readonly Add[]): string[] {
  return [...new Set(adds.flatMap(({ key }) => (key === undefined ? [] : [key])))];
}

export const meanings: Readonly<Record<string, Meaning>> = {
  count(adds, now, options) {
    if (!options.once) return adds.filter(({ time }) => covered(options, time, now)).length;
    const firsts = keysOf(adds).map((key) =>
      Math.min(...adds.filter((add) => add.key === key).map(({ time }) => time)),
    );
    return firsts.filter((time) => covered(options, time, now)).length;
  },
  sum: (adds, now, options) => total(micros(adds, now, options)) / 1e6,
  avg(adds, now, options) {
    const numbers = micros(adds, now, options);
    return numbers.length === 0 ? undefined : total(numbers) / numbers.length / 1e6;
  },
  min(adds, now, options) {
    const best = largest(micros(adds, now, options).map((number) => -number));
    return best === undefined ? undefined : (0 - best) / 1e6;
  },
  max(adds, now, options) {
    const best = largest(micros(adds, now, options));
    return best === undefined ? undefined : best / 1e6;
  },
  corrected(adds, now, options) {
    const step = options.window === undefined ? MINUTE : stepOf(options);
    const minutes = ((options.window ?? 0) + (options.ago ?? 0)) / MINUTE;
    const width = options.window === undefined || (step % MINUTE === 0 && minutes <= 1440) ? MINUTE : step;
    const number = (add: Add) => micros([add], now, options)[0];
    const counted = adds.filter((add) => number(add) !== undefined);
    const report = counted
      .filter(({ rank }) => rank === 1)
      .sort((a, b) => a.time - b.time || (number(a) as number) - (number(b) as number))
      .at(-1);
    const after = counted.filter(
      ({ rank, time }) =>
        rank === 0 && (!report || Math.floor(time / width) > Math.floor(report.time / width)),
    );
    return ((report ? (number(report) as number) : 0) + total(micros(after, now, options))) / 1e6;
  },
  ratios(adds, now, options) {
    const step = stepOf(options);
    const buckets = new Map<number, { micros: number; times: number }>();
    for (const add of adds) {
      if (!covered(options, add.time, now)) continue;
      const at = options.window === undefined ? 0 : Math.floor(add.time / step);
      const own = buckets.get(at) ?? { micros: 0, times: 0 };
      buckets.set(at, own);
      if (add.rank === 0) own.micros += total(micros([add], now, options));
      else own.times += 1;
    }
    const found = [...buckets.values()]
      .flatMap((own) => (own.times === 0 ? [] : [own.micros / own.times]))
      .sort((a, b) => a - b);
    if (found.length === 0) return undefined;
    const place = (options.quantile ?? 0.5) * (found.length - 1);
    const [low, high] = [found[Math.floor(place)] as number, found[Math.ceil(place)] as number];
    return Math.round(low + (high - low) * (place % 1)) / 1e6;
  },
  quantile(adds, now, options) {
    const numbers = micros(adds, now, options).sort((a, b) => a - b);
    if (numbers.length === 0) return undefined;
    const place = (options.quantile ?? 0.5) * (numbers.length - 1);
    const low = numbers[Math.floor(place)] as number;
    const high = numbers[Math.ceil(place)] as number;
    return Math.round(low + (high - low) * (place % 1)) / 1e6;
  },
  bins(adds, now, options) {
    const numbers = micros(adds, now, options).sort((a, b) => a - b);
    if (numbers.length === 0) return undefined;
    const number = numbers[Math.floor((options.quantile ?? 0.5) * (numbers.length - 1))] as number;
    if (number === 0) return 0;
    let [low, high] = [0, 1];
    while (Math.abs(number) > high * (1 + 1e-11)) [low, high] = [high, (high * 1.01) / 0.99];
    const harmonic = low === 0 ? (2 * 0.99) / 2 : (2 * low * high) / (low + high);
    return (Math.sign(number) * harmonic) / 1e6;
  },
  latest: (adds, now, options) =>
    adds
      .filter(({ value }) => value !== undefined && value !== null && !Number.isNaN(value))
      .toSorted((a, b) => b.time - a.time || (JSON.stringify(a.value) < JSON.stringify(b.value) ? 1 : -1))
      .slice(0, options.keep ?? 20)
      .filter(({ time }) => covered(options, time, now))
      .map(({ value }) => value),
  last(adds, now, options) {
    const known = adds.filter(({ value }) => value !== undefined && value !== null && !Number.isNaN(value));
    const newest = known.toSorted(
      (a, b) =>
        b.time - a.time || b.rank - a.rank || (JSON.stringify(a.value) < JSON.stringify(b.value) ? 1 : -1),
    )[0];
    return newest !== undefined && covered(options, newest.time, now) ? newest.value : undefined;
  },
  distinct(adds, now, options) {
    const values = [...new Set(adds.map(({ value }) => value))].filter(
      (value): value is string | number => typeof value === 'string' || Number.isFinite(value),
    );
    const order = (a: string | number, b: string | number) =>
      typeof a === typeof b ? (a < b ? -1 : 1) : typeof a === 'number' ? -1 : 1;
    const newest = (wanted: string | number) =>
      Math.max(...adds.filter(({ value }) => value === wanted).map(({ time }) => time));
    return values
      .toSorted((a, b) => newest(b) - newest(a) || order(b, a))
      .slice(0, options.keep ?? 256)
      .filter((value) => covered(options, newest(value), now))
      .sort(order);
  },
  series(adds, now, options) {
    const step = stepOf(options);
    const counts = new Map<number, number>();
    for (const { time } of adds) {
      if (!covered(options, time, now)) continue;
      const at = options.window === undefined ? 0 : Math.floor(time / step) * step;
      counts.set(at, (counts.get(at) ?? 0) + 1);
    }
    return [...counts].sort(([a], [b]) => a - b).map(([at, count]) => ({ at, count }));
  },
  since(adds, now, options) {
    const newest = largest(adds.map(({ time }) => time));
    if (newest === undefined || !covered(options, newest, now)) return undefined;
    const unit = options.unit ?? DAY;
    return Math.min(Math.floor((now - newest) / unit), Math.floor((options.until ?? Infinity) / unit));
  },
  tally(adds, now, options) {
    const known = adds.filter(({ value }) => typeof value === 'string' || Number.isFinite(value));
    const kept = [...new Set(known.map(({ value }) => `${value}`))]
      .sort((a, b) => (comesBefore(a, b) ? -1 : 1))
      .slice(0, options.keep ?? 200);
    const counts: Record<string, number> = {};
    for (const { value, time } of known)
      if (kept.includes(`${value}`) && covered(options, time, now))
        counts[`${value}`] = (counts[`${value}`] ?? 0) + 1;
    return counts;
  },
  pairs(adds, now, options) {
    const responses = keysOf(adds).flatMap((key) => {
      const own = adds.filter((add) => add.key === key);
      const ends = own.filter(({ rank }) => rank === 1).map(({ time }) => time);
      if (ends.length === 0) return [];
      const end = Math.min(...ends);
      const starts = [...new Set(own.filter(({ rank }) => rank === 0).map(({ time }) => time))]
        .sort((a, b) => b - a)
        .slice(0, 8);
      const start = largest(starts.filter((time) => time <= end));
      return start === undefined || !covered(options, end, now) ? [] : [end - start];
    });
    return responses.length === 0 ? undefined : total(responses) / responses.length / (options.unit ?? HOUR);
  },
};
