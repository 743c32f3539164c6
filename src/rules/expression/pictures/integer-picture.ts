/** Pictures of whole numbers (`#,##0`, `1;o`, `Ww`, `i`): what they say, and a number written by one. */

import { Failure } from '../failure.ts';
import { toWords } from './number-words.ts';
import { toLetters, toRoman } from './numerals.ts';

export interface Separator {
  /** Digits behind it. */
  readonly position: number;
  readonly character: string;
}

export interface IntegerPicture {
  readonly kind: 'decimal' | 'letters' | 'roman' | 'words' | 'unknown';
  readonly letterCase: 'upper' | 'lower' | 'title';
  readonly ordinal: boolean;
  /** Of decimal pictures. */
  readonly zero: number;
  least: number;
  readonly optional: number;
  /** A separator that is repeated at equal distances. */
  readonly regular: Separator | undefined;
  readonly separators: readonly Separator[];
  /** When reading: exactly that many digits, since more digits follow at once. */
  readWidth?: number;
  readonly text: string;
}

const ZERO = 0x30;
/** The digit 0 of each script. */
const ZEROS = [
  ...[0x30, 0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66],
  ...[0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50],
  ...[0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10],
];
/** Beyond it a Roman numeral would be longer than anyone reads. */
const LARGEST_ROMAN = 10_000_000;

const SIMPLE: Readonly<Record<string, readonly [IntegerPicture['kind'], IntegerPicture['letterCase']]>> = {
  A: ['letters', 'upper'],
  a: ['letters', 'lower'],
  I: ['roman', 'upper'],
  i: ['roman', 'lower'],
  W: ['words', 'upper'],
  Ww: ['words', 'title'],
  w: ['words', 'lower'],
};

export function readIntegerPicture(picture: string): IntegerPicture {
  const semicolon = picture.lastIndexOf(';');
  const primary = semicolon < 0 ? picture : picture.slice(0, semicolon);
  const ordinal = semicolon >= 0 && picture[semicolon + 1] === 'o';
  const simple = Object.hasOwn(SIMPLE, primary) ? SIMPLE[primary] : undefined;
  const digits = { zero: ZERO, least: 0, optional: 0, regular: undefined, separators: [], text: primary };
  if (simple !== undefined) return { ...digits, kind: simple[0], letterCase: simple[1], ordinal };
  return { ...digits, ...readDigits(primary), letterCase: 'lower', ordinal };
}

function readDigits(primary: string): Partial<IntegerPicture> & { kind: IntegerPicture['kind'] } {
  let zero: number | undefined;
  let least = 0;
  let optional = 0;
  const separators: Separator[] = [];
  for (const character of [...primary].reverse()) {
    const point = character.codePointAt(0) as number;
    const script = ZEROS.find((first) => point >= first && point <= first + 9);
    if (script !== undefined) {
      if (zero !== undefined && zero !== script) throw new Failure('D3131');
      zero = script;
      least += 1;
    } else if (character === '#') optional += 1;
    else separators.push({ position: least + optional, character });
  }
  if (zero === undefined) return { kind: 'unknown' };
  const distance = regularDistance(separators);
  const regular =
    distance > 0 ? { position: distance, character: (separators[0] as Separator).character } : undefined;
  return { kind: 'decimal', zero, least, optional, regular, separators };
}

/** The distance of separators that stand at 3, 6, 9 …; 0: there are none, or others. */
function regularDistance(separators: readonly Separator[]): number {
  const [first] = separators;
  if (first === undefined || separators.some(({ character }) => character !== first.character)) return 0;
  return equalDistance(separators.map(({ position }) => position));
}

export function equalDistance(positions: readonly number[]): number {
  if (positions.length === 0) return 0;
  const distance = positions.reduce(commonDivisor);
  const known = new Set(positions);
  for (let index = 1; index <= positions.length; index++) if (!known.has(index * distance)) return 0;
  return distance;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

export function writeInteger(value: number, picture: IntegerPicture): string {
  const text = unsigned(Math.abs(value), picture);
  return value < 0 ? `-${text}` : text;
}

function unsigned(value: number, picture: IntegerPicture): string {
  const { kind, letterCase, ordinal } = picture;
  if (kind !== 'decimal' && !Number.isFinite(value) && !(Number.isNaN(value) && kind !== 'words'))
    throw new Failure('D1001', value);
  switch (kind) {
    case 'letters':
      return toLetters(value, letterCase === 'upper' ? 'A' : 'a');
    case 'roman':
      if (value > LARGEST_ROMAN) throw new Failure('over_budget', `a Roman numeral beyond ${LARGEST_ROMAN}`);
      return letterCase === 'upper' ? toRoman(value).toUpperCase() : toRoman(value);
    case 'words': {
      const words = toWords(value, ordinal);
      if (letterCase === 'title') return words;
      return letterCase === 'upper' ? words.toUpperCase() : words.toLowerCase();
    }
    case 'decimal':
      return decimal(value, picture);
    case 'unknown':
      throw new Failure('D3130', picture.text);
  }
}

function decimal(value: number, { zero, least, regular, separators, ordinal }: IntegerPicture): string {
  const digits = [...String(value).padStart(least, '0')];
  const shifted = digits.map((digit) => String.fromCodePoint((digit.codePointAt(0) as number) + zero - ZERO));
  let text = shifted.join('');
  if (regular !== undefined) text = grouped(text, regular);
  else for (const separator of separators.toReversed()) text = inserted(text, separator);
  return ordinal ? text + ordinalEnding(text) : text;
}

function grouped(text: string, { position, character }: Separator): string {
  const groups: string[] = [];
  for (let end = text.length; end > 0; end -= position)
    groups.push(text.slice(Math.max(0, end - position), end));
  return groups.reverse().join(character);
}

/** A separator further left than the number reaches pushes digits out, as in the reference. */
function inserted(text: string, { position, character }: Separator): string {
  const at = text.length - position;
  return text.slice(0, Math.max(0, at)) + character + text.slice(at);
}

function ordinalEnding(text: string): string {
  const endings: Readonly<Record<string, string>> = { '1': 'st', '2': 'nd', '3': 'rd' };
  const ending = endings[text.at(-1) ?? ''];
  return ending === undefined || (text.length > 1 && text.at(-2) === '1') ? 'th' : ending;
}
