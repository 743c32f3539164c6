/** Local time: how far a time zone is from UTC at an instant, and which day it is there. */

import { DAY, type Millis } from './units.ts';

/** Zones change their clocks at whole quarters of an hour of UTC: Lord Howe does so at half past. */
const QUARTER: Millis = 900_000;

/** Days and quarters remembered for each zone. */
const MOST_REMEMBERED = 4096;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** Offset of a whole UTC day by its number; not-a-number when the clocks change on it. */
  readonly days: Map<number, Millis>;
  readonly quarters: Map<number, Millis>;
}

const zones = new Map<string, Zone>();

/** Whether the name is a time zone that this machine knows, like `Europe/Madrid`. */
export function isZone(name: string): boolean {
  if (zones.has(name)) return true;
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Local time minus UTC. Throws a RangeError for a zone that does not exist. */
export function zoneOffset(name: string, time: Millis): Millis {
  const zone = zones.get(name) ?? zoneOf(name);
  const day = Math.floor(time / DAY);
  const offset = zone.days.get(day) ?? remember(zone.days, day, offsetOfDay(zone, day));
  if (!Number.isNaN(offset)) return offset;
  const quarter = Math.floor(time / QUARTER);
  return (
    zone.quarters.get(quarter) ?? remember(zone.quarters, quarter, computeOffset(zone, quarter * QUARTER))
  );
}

/** Number of the local day, 1970-01-01 being 0. */
export function localDay(name: string, time: Millis): number {
  return Math.floor((time + zoneOffset(name, time)) / DAY);
}

/** What the clocks of the zone show, as if it were UTC. */
export function localTime(name: string, time: Millis): Millis {
  return time + zoneOffset(name, time);
}

/** The first time after `now` at which the clocks of the zone show `local` or later; Infinity for Infinity. */
export function whenLocal(name: string, local: Millis, now: Millis): Millis {
  if (local === Number.POSITIVE_INFINITY) return local;
  const [early, late] = [local - zoneOffset(name, local - DAY), local - zoneOffset(name, local + DAY)];
  const from = Math.max(now + 1, Math.min(early, late));
  if (localTime(name, from) >= local) return from;
  // the clocks are changed in between: they are at whole quarters
  const first = (Math.floor(from / QUARTER) + 1) * QUARTER;
  for (let time = first; time < from + DAY; time += QUARTER) {
    const exact = local - zoneOffset(name, time - 1);
    if (exact > from && exact < time) return exact;
    if (localTime(name, time) >= local) return time;
  }
  return from + DAY;
}

/** `YYYY-MM-DD` of a day number. */
export function isoDate(day: number): string {
  // Years of the civil calendar begin in March here, so that leap days come last.
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const month = Math.floor((5 * dayOfYear + 2) / 153);
  const date = dayOfYear - Math.floor((153 * month + 2) / 5) + 1;
  const civilMonth = month < 10 ? month + 3 : month - 9;
  const year = yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0);
  return `${padded(year, 4)}-${padded(civilMonth, 2)}-${padded(date, 2)}`;
}

function padded(n: number, width: number): string {
  return String(n).padStart(width, '0');
}

function zoneOf(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    calendar: 'gregory',
    era: 'short',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const zone = { format, days: new Map<number, Millis>(), quarters: new Map<number, Millis>() };
  zones.set(name, zone);
  return zone;
}

function offsetOfDay(zone: Zone, day: number): Millis {
  const first = computeOffset(zone, day * DAY);
  return first === computeOffset(zone, (day + 1) * DAY) ? first : Number.NaN;
}

function computeOffset({ format }: Zone, time: Millis): Millis {
  const fields: Record<string, number> = {};
  let beforeChrist = false;
  for (const { type, value } of format.formatToParts(time)) {
    if (type === 'era') beforeChrist = value.startsWith('B');
    else fields[type] = Number(value);
  }
  const { year, month, day, hour, minute, second } = fields as Record<
    'year' | 'month' | 'day' | 'hour' | 'minute' | 'second',
    number
  >;
  const days = dayNumber(beforeChrist ? 1 - year : year, month, day);
  return days * DAY + ((hour * 60 + minute) * 60 + second) * 1000 - Math.floor(time / 1000) * 1000;
}

/** Day number of a date of the civil calendar. */
function dayNumber(year: number, month: number, date: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + date - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function remember(known: Map<number, Millis>, key: number, offset: Millis): Millis {
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(key, offset);
  return offset;
}
