/** How often something may be done: once in so much time, or once in each hour or day of the clock. */

import { DAY, HOUR, type Millis, SECOND } from './units.ts';
import { localDay, zoneOffset } from './zone.ts';

/** A duration, or a word of the calendar in the time zone of whoever it is about. */
export type Interval = Millis | 'hour' | 'day';

export const CALENDAR_WORDS = ['hour', 'day'] as const;

/** All zones change their clocks at whole quarters of an hour of UTC. */
const QUARTER: Millis = HOUR / 4;
/** By then everything that changes with the hour itself has changed. */
const SETTLED_AFTER: Millis = SECOND;

/** When it may be done again after it was done at `time`: of a calendar word, one second into the next one. */
export function nextTurn(interval: Interval, zone: string, time: Millis): Millis {
  if (interval === 'hour') return nextHour(zone, time) + SETTLED_AFTER;
  if (interval === 'day') return nextDay(zone, time) + SETTLED_AFTER;
  return time + interval;
}

/** The first instant after `time` at which the clocks of the zone show a full hour. */
export function nextHour(zone: string, time: Millis): Millis {
  let next = time;
  do {
    const shown = next + zoneOffset(zone, next);
    next += HOUR - modulo(shown, HOUR);
    // where clocks are changed by half an hour the hour does not end with what was left of it
  } while (modulo(next + zoneOffset(zone, next), HOUR) !== 0);
  return next;
}

/** The first instant after `time` at which the zone has a later date: not always midnight, some days begin at one. */
export function nextDay(zone: string, time: Millis): Millis {
  const day = localDay(zone, time);
  const midnight = (day + 1) * DAY - zoneOffset(zone, time);
  if (zoneOffset(zone, midnight) === zoneOffset(zone, time)) return midnight;
  // the clocks are changed in between: the date turns at a whole quarter, or at midnight by the other offset
  let quarter = Math.floor(time / QUARTER) * QUARTER + QUARTER;
  while (localDay(zone, quarter) <= day) quarter += QUARTER;
  const turned = quarter - QUARTER;
  const late = (day + 1) * DAY - zoneOffset(zone, turned);
  return late > turned && late < quarter ? late : quarter;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
