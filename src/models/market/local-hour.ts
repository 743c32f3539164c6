/** The hour of the week that an hour lies in, as people in a time zone count it. */

import { HOUR, type Millis } from '../../core/units.ts';

/** Weekday 0 is Monday; hour 0 to 23. */
export interface LocalHour {
  readonly weekday: number;
  readonly hour: number;
}

/** Local time minus UTC at an instant, such as `zoneOffset` of a zone. */
export type ZoneClock = (time: Millis) => Millis;

const HOURS_OF_WEEK = 168;
/** The epoch was a Thursday. */
const FIRST_HOUR = 72;

/** Hours since the epoch (UTC) of the hour that `time` lies in. */
export function hourOf(time: Millis): number {
  return Math.floor(time / HOUR);
}

/** 0 is Monday 00:00 to 00:59 local time at the start of the hour (in zones off by half hours: the hour begun). */
export function hourOfWeek(hour: number, zone: ZoneClock): number {
  const local = Math.floor((hour * HOUR + zone(hour * HOUR)) / HOUR);
  return (((local + FIRST_HOUR) % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK;
}

/** The hour of the week so many hours earlier; a change of the clocks in between is not seen. */
export function hoursBefore(ofWeek: number, hours: number): number {
  return (ofWeek - (hours % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK;
}

export function localHour(ofWeek: number): LocalHour {
  return { weekday: Math.floor(ofWeek / 24), hour: ofWeek % 24 };
}

/** Of the eight blocks of three hours of a day. */
export function blockOf(hour: number): number {
  return Math.floor(hour / 3);
}
