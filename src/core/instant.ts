/** A point in time as events carry it: RFC 3339 text with a zone, or epoch milliseconds. */

import { DAY, HOUR, MINUTE, type Millis, SECOND } from './units.ts';

const EARLIEST: Millis = Date.UTC(2000, 0, 1);
const LATEST: Millis = Date.UTC(2100, 0, 1);

export const INSTANT_RULE = 'RFC 3339 with a zone or epoch milliseconds, from 2000 to 2099';

/** Milliseconds; undefined for anything else, also outside the years 2000 to 2099. */
export function parseInstant(value: unknown): Millis | undefined {
  const time =
    typeof value === 'string' ? parseText(value) : Number.isInteger(value) ? (value as number) : undefined;
  return time !== undefined && time >= EARLIEST && time < LATEST ? time : undefined;
}

function parseText(text: string): Millis | undefined {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  if (year < 0 || month < 1 || day < 1 || hour < 0 || minute < 0 || second < 0) return epochText(text);
  if (text[4] !== '-' || text[7] !== '-' || text[13] !== ':' || text[16] !== ':') return epochText(text);
  const between = text[10];
  if (between !== 'T' && between !== 't' && between !== ' ') return undefined;
  if (month > 12 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 60) return undefined;
  let at = 19;
  let fraction = 0;
  if (text[at] === '.') {
    const from = ++at;
    while (digits(text, at, at + 1) >= 0) at += 1;
    if (at === from) return undefined;
    fraction = digits(text.slice(from, at).padEnd(3, '0'), 0, 3);
  }
  const offset = parseZone(text, at);
  if (offset === undefined) return undefined;
  const atMinute = Date.UTC(year, month - 1, day, hour, minute) - offset;
  // a leap second exists only at the end of a UTC day; it counts as the instant after it, as Unix time has it
  if (second === 60) return (atMinute + MINUTE) % DAY === 0 ? atMinute + MINUTE : undefined;
  return atMinute + second * SECOND + fraction;
}

/** Offset of the zone that ends the text at `at`; undefined when there is none or more than that. */
function parseZone(text: string, at: number): Millis | undefined {
  const sign = text[at];
  if (sign === 'Z' || sign === 'z') return text.length === at + 1 ? 0 : undefined;
  if ((sign !== '+' && sign !== '-') || text.length !== at + 6 || text[at + 3] !== ':') return undefined;
  const hours = digits(text, at + 1, at + 3);
  const minutes = digits(text, at + 4, at + 6);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined;
  return (hours * HOUR + minutes * MINUTE) * (sign === '+' ? 1 : -1);
}

/** Milliseconds that came as text, as flat fields do. */
function epochText(text: string): Millis | undefined {
  if (text.length < 12 || text.length > 13) return undefined;
  const time = digits(text, 0, text.length);
  return time < 0 ? undefined : time;
}

/** The number written from `from` up to `to`; negative when that is not digits only. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
