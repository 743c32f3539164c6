/** Pictures of dates and times (`[Y0001]-[M01]-[D01]`, `[FNn], [D1o] [MNn]`), as XPath's format-dateTime reads them. */

import { Failure } from '../failure.ts';
import { type IntegerPicture, readIntegerPicture } from './integer-picture.ts';

export type DatePart = string | DateMarker;

export interface DateMarker {
  readonly component: string;
  readonly names: 'upper' | 'lower' | 'title' | undefined;
  readonly number: IntegerPicture | undefined;
  /** Longest name. */
  readonly widest: number | undefined;
  /** Digits of the year that are shown; undefined: all. */
  readonly yearDigits: number | undefined;
  /** An offset of zero is written as Z. */
  readonly zulu: boolean;
}

const DEFAULTS: Readonly<Record<string, string>> = {
  Y: '1',
  M: '1',
  D: '1',
  d: '1',
  F: 'n',
  W: '1',
  w: '1',
  X: '1',
  x: '1',
  H: '1',
  h: '1',
  P: 'n',
  m: '01',
  s: '01',
  f: '1',
  Z: '01:01',
  z: '01:01',
  C: 'n',
  E: 'n',
};
const NUMERIC = 'YMDdFWwXxHhmsf';
/** Nobody writes more digits. */
const MOST_DIGITS = 1000;

export function readDatePicture(picture: string): DatePart[] {
  const parts: DatePart[] = [];
  // A partial application may hand over a number: it says nothing.
  if (typeof picture !== 'string') return parts;
  const literal = (from: number, to: number) => {
    if (to > from) parts.push(picture.slice(from, to).replaceAll(']]', ']'));
  };
  let start = 0;
  for (let at = picture.indexOf('['); at >= 0; at = picture.indexOf('[', start)) {
    literal(start, at);
    if (picture[at + 1] === '[') {
      parts.push('[');
      start = at + 2;
      continue;
    }
    const close = picture.indexOf(']', at);
    if (close < 0) throw new Failure('D3135');
    const marker = markerOf(picture.slice(at + 1, close).replace(/\s+/g, ''));
    const before = parts.at(-1);
    // Digits that follow digits at once: the first must know how many it takes.
    if (isCounted(marker) && typeof before === 'object' && before.number !== undefined)
      before.number.readWidth = before.number.least;
    parts.push(marker);
    start = close + 1;
  }
  literal(start, picture.length);
  return parts;
}

function isCounted({ names, component }: DateMarker): boolean {
  return names === undefined && NUMERIC.includes(component);
}

function markerOf(text: string): DateMarker {
  const component = text.charAt(0);
  const comma = text.lastIndexOf(',');
  const { least, most } = widthOf(comma < 0 ? undefined : text.slice(comma + 1));
  const written = comma < 0 ? text.slice(1) : text.slice(1, comma);
  const modifier =
    written.length > 1 && 'atco'.includes(written.at(-1) as string) ? (written.at(-1) as string) : '';
  const presentation =
    written === '' ? DEFAULTS[component] : modifier === '' ? written : written.slice(0, -1);
  if (presentation === undefined) throw new Failure('D3132', component);
  const names = namesOf(presentation);
  const common = { component, names, widest: most, yearDigits: undefined, zulu: modifier === 't' };
  if (component === 'Z' || component === 'z') return { ...common, number: readIntegerPicture(presentation) };
  if (names !== undefined || !NUMERIC.includes(component) || component === '')
    return { ...common, number: undefined };
  const number = readIntegerPicture(modifier === '' ? presentation : `${presentation};${modifier}`);
  if (least !== undefined && number.least < least) number.least = least;
  const yearDigits = component === 'Y' ? yearDigitsOf(number, most) : undefined;
  if (number.least > MOST_DIGITS) throw new Failure('over_budget', `more than ${MOST_DIGITS} digits`);
  return { ...common, number, yearDigits };
}

function yearDigitsOf(number: IntegerPicture, most: number | undefined): number | undefined {
  if (most !== undefined) {
    number.least = most;
    return most;
  }
  const digits = number.least + number.optional;
  return digits >= 2 ? digits : undefined;
}

function namesOf(presentation: string): DateMarker['names'] {
  if (presentation.startsWith('n')) return 'lower';
  if (!presentation.startsWith('N')) return undefined;
  return presentation[1] === 'n' ? 'title' : 'upper';
}

function widthOf(text: string | undefined): { least: number | undefined; most: number | undefined } {
  if (text === undefined) return { least: undefined, most: undefined };
  const dash = text.indexOf('-');
  const least = dash < 0 ? text : text.slice(0, dash);
  const most = dash < 0 ? '*' : text.slice(dash + 1);
  const count = (width: string) => (width === '*' ? undefined : Number.parseInt(width, 10));
  return { least: count(least), most: count(most) };
}
