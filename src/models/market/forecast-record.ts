/** How good the forecasts of the next hour have been, beside the simplest ones. */

import { remaining } from './half-life.ts';

const HALF_LIFE_HOURS = 168;
const AVERAGE_HALF_LIFE_HOURS = 12;
/** Until so many hours were compared nothing is said. */
const LEAST_HOURS = 24;
const DAY_HOURS = 24;

/** Simple forecasts of a CPA, in this order. */
const NAIVE = ['last hour', 'average', 'same hour yesterday'] as const;

/** Spend in currency units. */
export interface ForecastRecord {
  hours: number;
  /** Σ squared errors in applications: of the model, then of the naive ones; aged. */
  readonly squares: number[];
  /** Aged sums for the average CPA. */
  spend: number;
  applications: number;
  /** The last 24 hours, by hour modulo 24. */
  readonly spends: number[];
  readonly counts: number[];
}

export interface LiveError {
  /** Mean squared error over that of the best naive forecast; absent in the first day. */
  readonly ratio: number | undefined;
  /** CPA that the best naive forecast would say. */
  readonly naive: number | undefined;
}

/**
 * Formula: each forecast says how many applications the hour's spend brings (the naive ones spend ÷ their CPA, with at
 * least one application assumed); squared errors, half-life a week. Told before the hour, scored after it: prequential
 * (A. P. Dawid 1984). The naive CPA are those of the last hour, of the last hours weighted (half-life 12 hours), and of
 * the same hour yesterday. Memory: 55 numbers. Cost: O(1) an hour.
 */
export function newForecastRecord(): ForecastRecord {
  const zeros = (length: number) => Array.from({ length }, () => 0);
  return {
    hours: 0,
    squares: zeros(NAIVE.length + 1),
    spend: 0,
    applications: 0,
    spends: zeros(DAY_HOURS),
    counts: zeros(DAY_HOURS),
  };
}

/** Scores the forecasts of an hour, then takes what it brought. */
export function recordHour(
  record: ForecastRecord,
  hour: number,
  spend: number,
  came: number,
  forecast: number | undefined,
): void {
  if (forecast !== undefined && (spend > 0 || forecast > 0)) {
    const naive = naiveCosts(record, hour);
    if (naive.every((cost) => cost !== undefined)) {
      const left = remaining(1, HALF_LIFE_HOURS);
      const told = [forecast, ...naive.map((cost) => spend / cost)];
      for (let i = 0; i < told.length; i += 1)
        record.squares[i] = (record.squares[i] as number) * left + ((told[i] as number) - came) ** 2;
      record.hours += 1;
    }
  }
  const kept = remaining(1, AVERAGE_HALF_LIFE_HOURS);
  record.spend = record.spend * kept + spend;
  record.applications = record.applications * kept + came;
  record.spends[hour % DAY_HOURS] = spend;
  record.counts[hour % DAY_HOURS] = came;
}

/** @param hour the next one */
export function liveError(record: ForecastRecord, hour: number): LiveError {
  const [model, ...naive] = record.squares;
  const best = naive.indexOf(Math.min(...naive));
  const least = naive[best] as number;
  return {
    ratio: record.hours < LEAST_HOURS || least === 0 ? undefined : (model as number) / least,
    naive: naiveCosts(record, hour)[best],
  };
}

function naiveCosts(record: ForecastRecord, hour: number): (number | undefined)[] {
  const at = (before: number) => {
    const i = (hour - before + DAY_HOURS) % DAY_HOURS;
    return costOf(record.spends[i] as number, record.counts[i] as number);
  };
  return [at(1), costOf(record.spend, record.applications), at(DAY_HOURS)];
}

function costOf(spend: number, applications: number): number | undefined {
  return spend > 0 ? spend / Math.max(1, applications) : undefined;
}
