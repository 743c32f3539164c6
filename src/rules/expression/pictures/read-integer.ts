/** Reading a whole number by its picture, and the pattern of the texts that fit it. */

import { Failure } from '../failure.ts';
import type { IntegerPicture } from './integer-picture.ts';
import { fromWords, NUMBER_WORDS } from './number-words.ts';
import { fromLetters, fromRoman } from './numerals.ts';

const ZERO = 0x30;

export function readInteger(text: string, picture: IntegerPicture): number {
  const { kind, letterCase, text: token } = picture;
  switch (kind) {
    case 'letters':
      return fromLetters(text, letterCase === 'upper' ? 'A' : 'a');
    case 'roman':
      return fromRoman(letterCase === 'upper' ? text : text.toUpperCase());
    case 'words':
      return fromWords(text.toLowerCase());
    case 'decimal':
      return readDecimal(text, picture);
    case 'unknown':
      throw new Failure('D3130', token);
  }
}

function readDecimal(text: string, { ordinal, regular, separators, zero }: IntegerPicture): number {
  let digits = ordinal ? text.slice(0, -2) : text;
  if (regular !== undefined) digits = digits.replaceAll(',', '');
  else for (const { character } of separators) digits = digits.replaceAll(character, '');
  if (zero !== ZERO)
    digits = digits
      .split('')
      .map((digit) => String.fromCodePoint(Math.max(0, digit.charCodeAt(0) - zero + ZERO)))
      .join('');
  // As lenient as the reference: 0x1F is 31.
  // biome-ignore lint/correctness/useParseIntRadix: see above
  return Number.parseInt(digits);
}

/** The source of a pattern. */
export function integerPattern({ kind, letterCase, ordinal, readWidth, text }: IntegerPicture): string {
  const upper = letterCase === 'upper';
  switch (kind) {
    case 'letters':
      return upper ? '[A-Z]+' : '[a-z]+';
    case 'roman':
      return upper ? '[MDCLXVI]+' : '[mdclxvi]+';
    case 'words':
      return `(?:${[...NUMBER_WORDS, 'and', '[\\-, ]'].join('|')})+`;
    case 'decimal':
      return `[0-9]${readWidth ? `{${readWidth}}` : '+'}${ordinal ? '(?:th|st|nd|rd)' : ''}`;
    case 'unknown':
      throw new Failure('D3130', text);
  }
}
