/** What the hour under way spends: what its buckets spent, and for the rest what is meant to be spent. */

import { fromMicros, HOUR, type Micros, type Millis } from '../../core/units.ts';

/** The plan counts like a quarter of an hour. */
const PLAN_WEIGHT = 0.25;

export interface HourSpend {
  /** Number of the hour since the epoch. */
  hour: number;
  micros: Micros;
}

/** Adds a bucket, and gives currency units an hour. */
export function spendWith(
  spend: HourSpend,
  start: Millis,
  width: Millis,
  micros: Micros,
  planned: number,
): number {
  const hour = Math.floor(start / HOUR);
  if (hour !== spend.hour) {
    spend.hour = hour;
    spend.micros = 0;
  }
  spend.micros += micros;
  const elapsed = (start + width - hour * HOUR) / HOUR;
  return (fromMicros(spend.micros) + planned * PLAN_WEIGHT) / (elapsed + PLAN_WEIGHT);
}
