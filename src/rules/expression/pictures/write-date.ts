/** A time written by its picture. */

import { Failure } from '../failure.ts';
import { componentOf, DAY_NAMES, MONTH_NAMES } from './calendar.ts';
import { type DateMarker, type DatePart, readDatePicture } from './date-picture.ts';
import { type IntegerPicture, readIntegerPicture, writeInteger } from './integer-picture.ts';

const ISO = readDatePicture('[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]');
const TWO_DIGITS = readIntegerPicture('00');
const NUMBERS = 'YMDdFWwXxHhms';

interface Offset {
  readonly hours: number;
  readonly minutes: number;
}

/** `zone` is `+hhmm`; without a picture, by ISO 8601. */
export function writeDate(millis: number, picture: string | undefined, zone: string | undefined): string {
  const parts: readonly DatePart[] = picture === undefined ? ISO : readDatePicture(picture);
  const offset = offsetOf(zone);
  const date = new Date(millis + (60 * offset.hours + offset.minutes) * 60_000);
  let text = '';
  for (const part of parts) text += typeof part === 'string' ? part : marked(date, part, offset);
  return text;
}

function offsetOf(zone: string | undefined): Offset {
  if (zone === undefined) return { hours: 0, minutes: 0 };
  const offset = Number.parseInt(zone, 10);
  return { hours: Math.floor(offset / 100), minutes: offset % 100 };
}

function marked(date: Date, marker: DateMarker, offset: Offset): string {
  const { component, names, number } = marker;
  if (component === 'Z' || component === 'z') return zoneText(marker, offset);
  const value = componentOf(date, component);
  if (component === 'P' && names === 'upper') return String(value).toUpperCase();
  if (NUMBERS.includes(component) && names !== undefined) return nameText(value as number, marker);
  if (number === undefined || typeof value !== 'number') return String(value);
  return writeInteger(marker.yearDigits === undefined ? value : value % 10 ** marker.yearDigits, number);
}

function nameText(value: number, { component, names, widest }: DateMarker): string {
  const list = component === 'F' ? DAY_NAMES : 'Mx'.includes(component) ? ['', ...MONTH_NAMES] : undefined;
  if (list === undefined) throw new Failure('D3133', component);
  // No date at all has no names.
  const name = list[value] ?? 'undefined';
  const cased = names === 'upper' ? name.toUpperCase() : names === 'lower' ? name.toLowerCase() : name;
  return widest !== undefined && cased.length > widest ? cased.slice(0, widest) : cased;
}

function zoneText({ component, number, zulu }: DateMarker, { hours, minutes }: Offset): string {
  const offset = hours * 100 + minutes;
  if (offset === 0 && zulu) return 'Z';
  const text = offsetText(number as IntegerPicture, offset, hours, minutes);
  return (component === 'z' ? 'GMT' : '') + (offset >= 0 ? '+' : '') + text;
}

function offsetText(number: IntegerPicture, offset: number, hours: number, minutes: number): string {
  if (number.regular !== undefined) return writeInteger(offset, number);
  const { least } = number;
  if (number.kind === 'decimal' && (least === 3 || least === 4)) return writeInteger(offset, number);
  if (number.kind !== 'decimal' || (least !== 1 && least !== 2)) throw new Failure('D3134', least);
  return writeInteger(hours, number) + (minutes === 0 ? '' : `:${writeInteger(minutes, TWO_DIGITS)}`);
}
