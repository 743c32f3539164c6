/** Whole numbers as Roman numerals and as letters, and back. */

const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];
const ROMAN_VALUES: Readonly<Record<string, number>> = { M: 1000, D: 500, C: 100, L: 50, X: 10, V: 5, I: 1 };
const ALPHABET = 26;

/** As many characters as thousands: the caller bounds the value. */
export function toRoman(value: number): string {
  let roman = '';
  let rest = value;
  for (const [size, numeral] of ROMAN) {
    const count = Math.floor(rest / size);
    roman += numeral.repeat(count);
    rest -= count * size;
  }
  return roman;
}

/** Of upper-case numerals. */
export function fromRoman(roman: string): number {
  let value = 0;
  let largest = 1;
  for (let at = roman.length - 1; at >= 0; at--) {
    const digit = ROMAN_VALUES[roman[at] as string] ?? Number.NaN;
    if (digit < largest) value -= digit;
    else {
      largest = digit;
      value += digit;
    }
  }
  return value;
}

/** a, b, … z, aa, ab, …; `first` is the letter of 1. */
export function toLetters(value: number, first: string): string {
  let letters = '';
  for (let rest = value; rest > 0; rest = Math.floor((rest - 1) / ALPHABET))
    letters = String.fromCharCode(((rest - 1) % ALPHABET) + first.charCodeAt(0)) + letters;
  return letters;
}

export function fromLetters(letters: string, first: string): number {
  let value = 0;
  for (let at = 0; at < letters.length; at++)
    value += (letters.charCodeAt(letters.length - at - 1) - first.charCodeAt(0) + 1) * ALPHABET ** at;
  return value;
}
