/** Pictures of decimal numbers (`#,##0.00`, `0.0e0`, `#0%;(#0%)`), as XPath's format-number reads them. */

import { Failure } from '../failure.ts';
import { equalDistance } from './integer-picture.ts';

/** The signs a picture is written in; each may be replaced. */
export const SIGNS = {
  'decimal-separator': '.',
  'grouping-separator': ',',
  'exponent-separator': 'e',
  infinity: 'Infinity',
  'minus-sign': '-',
  NaN: 'NaN',
  percent: '%',
  'per-mille': '\u2030',
  'zero-digit': '0',
  digit: '#',
  'pattern-separator': ';',
} as const;

export type Signs = Record<keyof typeof SIGNS, string>;

/** One half of a picture: for positive or for negative numbers. */
export interface NumberPicture {
  readonly text: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly wholeGroups: readonly number[];
  readonly groupDistance: number;
  readonly fractionGroups: readonly number[];
  readonly leastWhole: number;
  readonly scaling: number;
  readonly leastFraction: number;
  readonly mostFraction: number;
  readonly leastExponent: number;
}

interface Parts {
  readonly text: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly active: string;
  readonly mantissa: string;
  readonly exponent: string | undefined;
  readonly whole: string;
  readonly fraction: string;
}

export function readNumberPicture(picture: string, signs: Signs): readonly [NumberPicture, NumberPicture] {
  const halves = picture.split(signs['pattern-separator']);
  if (halves.length > 2) throw new Failure('D3080');
  const digits = digitsFrom(signs['zero-digit']);
  const parts = halves.map((half) => partsOf(half, signs, digits));
  for (const part of parts) {
    const problem = problemOf(part, signs, digits);
    if (problem !== undefined) throw new Failure(problem);
  }
  const [positive, negative] = parts.map((part) => measured(part, signs, digits)) as [
    NumberPicture,
    NumberPicture?,
  ];
  return [positive, negative ?? { ...positive, prefix: signs['minus-sign'] + positive.prefix }];
}

/** The ten digits of the script that begins with `zero`. */
export function digitsFrom(zero: string): string {
  const first = zero.charCodeAt(0);
  return String.fromCharCode(...Array.from({ length: 10 }, (_, digit) => first + digit));
}

function partsOf(text: string, signs: Signs, digits: string): Parts {
  const exponentSign = signs['exponent-separator'];
  const others = [
    signs['decimal-separator'],
    signs['grouping-separator'],
    signs.digit,
    signs['pattern-separator'],
  ];
  const bounds = [...Array(text.length).keys()].filter((at) => {
    const sign = text.charAt(at);
    return sign !== exponentSign && (digits.includes(sign) || others.includes(sign));
  });
  const prefix = bounds.length === 0 ? '' : text.slice(0, bounds[0]);
  const suffix = bounds.length === 0 ? '' : text.slice((bounds.at(-1) as number) + 1);
  const active = text.slice(prefix.length, text.length - suffix.length);
  const at = text.indexOf(exponentSign, prefix.length);
  const hasExponent = at >= 0 && at <= text.length - suffix.length;
  // As in the reference, the place in the whole picture cuts its active part.
  const mantissa = hasExponent ? active.slice(0, at) : active;
  const exponent = hasExponent ? active.slice(at + 1) : undefined;
  const point = mantissa.indexOf(signs['decimal-separator']);
  const whole = point < 0 ? mantissa : mantissa.slice(0, point);
  const fraction = point < 0 ? suffix : mantissa.slice(point + 1);
  return { text, prefix, suffix, active, mantissa, exponent, whole, fraction };
}

/** The code of the last rule that the picture breaks. */
function problemOf(parts: Parts, signs: Signs, digits: string): string | undefined {
  const { text, active, mantissa, exponent, whole, fraction } = parts;
  const group = signs['grouping-separator'];
  const point = text.indexOf(signs['decimal-separator']);
  const isRepeated = (sign: string) => text.indexOf(sign) !== text.lastIndexOf(sign);
  const isDigit = (sign: string) => sign !== '' && digits.includes(sign);
  const isActive = (sign: string) =>
    isDigit(sign) ||
    [
      signs['decimal-separator'],
      signs['exponent-separator'],
      group,
      signs.digit,
      signs['pattern-separator'],
    ].includes(sign);
  const scaled = text.includes(signs.percent) || text.includes(signs['per-mille']);
  const optionalWhole = whole.indexOf(signs.digit);
  const optionalFraction = fraction.lastIndexOf(signs.digit);
  const besidePoint = point >= 0 && (text.charAt(point - 1) === group || text.charAt(point + 1) === group);
  const broken: readonly (readonly [code: string, broken: boolean])[] = [
    ['D3081', point !== text.lastIndexOf(signs['decimal-separator'])],
    ['D3082', isRepeated(signs.percent)],
    ['D3083', isRepeated(signs['per-mille'])],
    ['D3084', text.includes(signs.percent) && text.includes(signs['per-mille'])],
    ['D3085', ![...mantissa].some((sign) => isDigit(sign) || sign === signs.digit)],
    ['D3086', !active.split('').every(isActive)],
    ['D3087', besidePoint],
    ['D3088', point < 0 && whole.charAt(whole.length - 1) === group],
    ['D3089', text.includes(group + group)],
    ['D3090', optionalWhole >= 0 && whole.slice(0, optionalWhole).split('').some(isDigit)],
    ['D3091', optionalFraction >= 0 && fraction.slice(optionalFraction).split('').some(isDigit)],
    ['D3092', exponent !== undefined && exponent.length > 0 && scaled],
    ['D3093', exponent !== undefined && (exponent.length === 0 || !exponent.split('').every(isDigit))],
  ];
  return broken.findLast(([, isBroken]) => isBroken)?.[0];
}

function measured(parts: Parts, signs: Signs, digits: string): NumberPicture {
  const { text, prefix, suffix, exponent, whole, fraction } = parts;
  const isDigit = (sign: string) => digits.includes(sign);
  const countOf = (part: string, optional: boolean) =>
    part.split('').filter((sign) => isDigit(sign) || (optional && sign === signs.digit)).length;
  const group = signs['grouping-separator'];
  const wholeGroups: number[] = [];
  for (let at = whole.indexOf(group); at >= 0; at = whole.indexOf(group, at + 1))
    wholeGroups.push(countOf(whole.slice(at), true));
  const fractionGroups: number[] = [];
  // As in the reference, each further place is looked for in the whole part.
  for (let at = fraction.indexOf(group); at >= 0; at = whole.indexOf(group, at + 1))
    fractionGroups.push(countOf(fraction.slice(0, at), true));
  const scaling = countOf(whole, false);
  let leastWhole = scaling;
  let leastFraction = countOf(fraction, false);
  let mostFraction = countOf(fraction, true);
  const scientific = exponent !== undefined;
  if (leastWhole === 0 && mostFraction === 0) {
    if (scientific) {
      leastFraction = 1;
      mostFraction = 1;
    } else leastWhole = 1;
  }
  if (scientific && leastWhole === 0 && whole.includes(signs.digit)) leastWhole = 1;
  if (leastWhole === 0 && leastFraction === 0) leastFraction = 1;
  return {
    text,
    prefix,
    suffix,
    wholeGroups,
    groupDistance: equalDistance(wholeGroups),
    fractionGroups,
    leastWhole,
    scaling,
    leastFraction,
    mostFraction,
    leastExponent: scientific ? countOf(exponent, false) : 0,
  };
}
