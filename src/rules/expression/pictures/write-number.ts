/** A decimal number written by its picture. */

import { Failure } from '../failure.ts';
import { roundHalfEven } from '../functions/round.ts';
import { digitsFrom, type NumberPicture, readNumberPicture, type Signs } from './number-picture.ts';

/** What JavaScript can write behind the point. */
const MOST_DIGITS = 100;

export function writeNumber(value: number, picture: string, signs: Signs): string {
  const [positive, negative] = readNumberPicture(picture, signs);
  const half = value >= 0 ? positive : negative;
  const { mantissa, exponent } = scaled(scaledBySign(value, half, signs), half);
  const point = signs['decimal-separator'];
  const rounded = roundHalfEven(mantissa, half.mostFraction);
  const digits = digitText(rounded, half.mostFraction, signs);
  const padded = atLeast(trimmed(digits, signs), half, signs);
  let text = withFractionGroups(withWholeGroups(padded, half, signs), half, signs);
  if (!half.text.includes(point) || text.indexOf(point) === text.length - 1) text = text.slice(0, -1);
  if (exponent !== undefined) text += exponentText(exponent, half, signs);
  return half.prefix + text + half.suffix;
}

function scaledBySign(value: number, { text }: NumberPicture, signs: Signs): number {
  if (text.includes(signs.percent)) return value * 100;
  return text.includes(signs['per-mille']) ? value * 1000 : value;
}

function scaled(value: number, half: NumberPicture): { mantissa: number; exponent: number | undefined } {
  if (half.leastExponent === 0) return { mantissa: value, exponent: undefined };
  const most = 10 ** half.scaling;
  const least = 10 ** (half.scaling - 1);
  let mantissa = value;
  let exponent = 0;
  if (!Number.isFinite(value) || value === 0) return { mantissa, exponent };
  while (Math.abs(mantissa) < least) {
    mantissa *= 10;
    exponent -= 1;
  }
  while (Math.abs(mantissa) > most) {
    mantissa /= 10;
    exponent += 1;
  }
  return { mantissa, exponent };
}

function digitText(value: number, digits: number, signs: Signs): string {
  if (digits > MOST_DIGITS) throw new Failure('out_of_range', digits, -1, '$formatNumber', 2);
  const text = Math.abs(value).toFixed(digits);
  if (signs['zero-digit'] === '0') return text;
  const script = digitsFrom(signs['zero-digit']);
  return text.replace(/[0-9]/g, (digit) => script.charAt(Number(digit)));
}

/** Without zeros at either end, but always with a point. */
function trimmed(digits: string, signs: Signs): string {
  const point = signs['decimal-separator'];
  const zero = signs['zero-digit'];
  const text = digits.includes('.') ? digits.replace('.', () => point) : digits + point;
  let from = 0;
  let to = text.length;
  while (text.charAt(from) === zero) from += 1;
  while (to > from && text.charAt(to - 1) === zero) to -= 1;
  return text.slice(from, to);
}

function atLeast(text: string, half: NumberPicture, signs: Signs): string {
  const zero = signs['zero-digit'];
  const point = text.indexOf(signs['decimal-separator']);
  const left = Math.max(0, half.leastWhole - point);
  const right = Math.max(0, half.leastFraction - (text.length - point - 1));
  return zero.repeat(left) + text + zero.repeat(right);
}

function withWholeGroups(text: string, half: NumberPicture, signs: Signs): string {
  const group = signs['grouping-separator'];
  const point = text.indexOf(signs['decimal-separator']);
  const { groupDistance, wholeGroups } = half;
  if (groupDistance > 0) {
    let whole = text.slice(0, point);
    const groups: string[] = [];
    for (; whole.length > groupDistance; whole = whole.slice(0, -groupDistance))
      groups.unshift(whole.slice(-groupDistance));
    return [whole, ...groups].join(group) + text.slice(point);
  }
  let result = text;
  let end = point;
  for (const position of wholeGroups) {
    result = result.slice(0, end - position) + group + result.slice(end - position);
    end += 1;
  }
  return result;
}

function withFractionGroups(text: string, half: NumberPicture, signs: Signs): string {
  const point = text.indexOf(signs['decimal-separator']);
  let result = text;
  for (const position of half.fractionGroups) {
    const at = position + point + 1;
    result = result.slice(0, at) + signs['grouping-separator'] + result.slice(at);
  }
  return result;
}

function exponentText(exponent: number, half: NumberPicture, signs: Signs): string {
  const digits = digitText(exponent, 0, signs).padStart(half.leastExponent, signs['zero-digit']);
  return signs['exponent-separator'] + (exponent < 0 ? signs['minus-sign'] : '') + digits;
}
