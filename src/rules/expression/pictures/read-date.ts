/** Reading a time by its picture, in time linear in the text. */

import { Failure } from '../failure.ts';
import { Pattern, type Payer } from '../regex/pattern.ts';
import { PatternProblem } from '../regex/syntax.ts';
import { componentOf, DAY_NAMES, MONTH_NAMES } from './calendar.ts';
import { type DateMarker, type DatePart, readDatePicture } from './date-picture.ts';
import type { IntegerPicture } from './integer-picture.ts';
import { integerPattern, readInteger } from './read-integer.ts';

type Components = Record<string, number | string | undefined>;

/** Undefined: the text does not fit. Components before the first given one are those of `now`. */
export function readDate(text: string, picture: string, now: number, payer: Payer): number | undefined {
  const parts = readDatePicture(picture);
  const sources = parts.map((part) => `(${sourceOf(part)})`);
  const pattern = patternOf(`^${sources.join('')}$`);
  payer.spend(pattern.size >> 2);
  const match = pattern.match(text, 0, payer);
  if (match === undefined) return undefined;
  const components: Components = Object.create(null);
  for (const [index, part] of parts.entries())
    if (typeof part === 'object')
      components[part.component] = componentValue(part, match.groups[index] ?? '');
  if (Object.keys(components).length === 0) return undefined;
  return assembled(components, new Date(now));
}

/** Numbers in words are long patterns. */
const MOST_INSTRUCTIONS = 5000;

function patternOf(source: string): Pattern {
  try {
    return new Pattern(source, 'i', MOST_INSTRUCTIONS);
  } catch (error) {
    if (error instanceof PatternProblem) throw new Failure('over_budget', 'a picture with too many parts');
    throw error;
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function sourceOf(part: DatePart): string {
  if (typeof part === 'string') return escaped(part);
  const { component, number } = part;
  if (component === 'Z' || component === 'z') {
    const separator = number?.regular?.character;
    const minutes = separator === undefined ? '' : `${escaped(separator)}[0-9]+`;
    return `${component === 'z' ? 'GMT' : ''}[-+][0-9]+${minutes}`;
  }
  if (component === 'f') return '[0-9]+';
  if (number !== undefined) return integerPattern(number);
  if (!['M', 'x', 'F', 'P'].includes(component)) throw new Failure('D3133', component);
  return '[a-zA-Z]+';
}

function componentValue(marker: DateMarker, text: string): number | undefined {
  const { component, number, widest } = marker;
  if (component === 'Z' || component === 'z') return offsetOf(marker, text);
  if (component === 'f') return Number.parseFloat(`0.${text.slice(0, 3)}`) * 1000;
  if (number !== undefined) return readInteger(text, number);
  if (component === 'P') return ({ am: 0, AM: 0, pm: 1, PM: 1 } as Record<string, number>)[text];
  const names = component === 'F' ? DAY_NAMES : ['', ...MONTH_NAMES];
  const found = names.findLastIndex((name) => (widest ? name.slice(0, widest) : name) === text);
  return found > 0 ? found : undefined;
}

/** In minutes. */
function offsetOf({ component, number }: DateMarker, text: string): number {
  const value = component === 'z' ? text.slice(3) : text;
  const separator = (number as IntegerPicture).regular?.character;
  const at = separator === undefined ? Math.min(value.length, 3) : value.indexOf(separator);
  const behind = separator === undefined ? at : at + 1;
  const minutes = behind >= value.length ? 0 : Number.parseInt(value.slice(behind), 10);
  return Number.parseInt(value.slice(0, at), 10) * 60 + minutes;
}

/** Sets of components that make a date or a time; each may be given in part. */
const DATES = {
  plain: ['Y', 'M', 'D'],
  day: ['Y', 'd'],
  monthWeek: ['X', 'x', 'w', 'F'],
  yearWeek: ['X', 'W', 'F'],
};
const TIMES = { plain: ['H', 'm', 's', 'f'], half: ['P', 'h', 'm', 's', 'f'] };

function assembled(components: Components, now: Date): number {
  // Zero counts as not given here, as in the reference.
  const given = (among: string) => [...among].filter((component) => components[component]);
  const date = given('YXMxWwdD');
  const time = given('PHhmsf');
  const isOf = (list: readonly string[], set: readonly string[]) =>
    list.length > 0 && list.every((component) => set.includes(component));
  const isPlain = isOf(date, DATES.plain);
  const byDay = !isPlain && isOf(date, DATES.day);
  const byMonthWeek = isOf(date, ['X', 'x', 'w']);
  const byYearWeek = !byMonthWeek && isOf(date, ['X', 'W']);
  const half = !isOf(time, TIMES.plain) && isOf(time, TIMES.half);
  const dateParts = byDay
    ? ['Y', 'D']
    : byMonthWeek
      ? DATES.monthWeek
      : byYearWeek
        ? DATES.yearWeek
        : DATES.plain;
  complete(components, [...dateParts, ...(half ? TIMES.half : TIMES.plain)], now);
  if (byMonthWeek || byYearWeek) throw new Failure('D3136');
  return millisOf(components, byDay, half);
}

/** What is missing before the first given component is as now, what is missing behind the last is the least. */
function complete(components: Components, parts: readonly string[], now: Date): void {
  let started = false;
  let ended = false;
  for (const part of parts) {
    if (components[part] !== undefined) {
      started = true;
      if (ended) throw new Failure('D3136');
    } else if (started) {
      components[part] = 'MDd'.includes(part) ? 1 : 0;
      ended = true;
    } else components[part] = componentOf(now, part);
  }
}

function millisOf(components: Components, byDay: boolean, half: boolean): number {
  const number = (component: string) => components[component] as number;
  let month = number('M') > 0 ? number('M') - 1 : 0;
  let day = number('D');
  if (byDay) {
    const date = new Date(Date.UTC(number('Y'), 0) + (number('d') - 1) * 86_400_000);
    month = date.getUTCMonth();
    day = date.getUTCDate();
  }
  let hour = number('H');
  if (half) hour = (number('h') === 12 ? 0 : number('h')) + (components.P === 1 ? 12 : 0);
  const millis = Date.UTC(number('Y'), month, day, hour, number('m'), number('s'), number('f'));
  const offset = (components.Z || components.z || 0) as number;
  return millis - offset * 60_000;
}
