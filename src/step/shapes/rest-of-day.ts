/** The hours that are left of an entity's day, as its clocks show them. */

import { nextDay, nextHour } from '../../core/interval.ts';
import { DAY, HOUR, type Millis } from '../../core/units.ts';
import { zoneOffset } from '../../core/zone.ts';
import type { LocalHour } from '../../models/market/local-hour.ts';

export interface HourLeft extends LocalHour {
  /** How much of the hour is left: 1 but for the one that has begun, and where clocks are changed by half an hour. */
  readonly part: number;
}

/** The epoch was a Thursday, Monday being 0. */
const FIRST_WEEKDAY = 3;

export function restOfDay(zone: string, now: Millis): HourLeft[] {
  const end = nextDay(zone, now);
  const hours: HourLeft[] = [];
  for (let time = now; time < end; ) {
    const next = Math.min(end, nextHour(zone, time));
    const shown = time + zoneOffset(zone, time);
    const day = Math.floor(shown / DAY);
    const weekday = (((day + FIRST_WEEKDAY) % 7) + 7) % 7;
    hours.push({ weekday, hour: Math.floor((shown - day * DAY) / HOUR), part: (next - time) / HOUR });
    time = next;
  }
  return hours;
}
