/** Whole numbers in English words, and back. */

const SMALL = [
  ...['Zero', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'],
  ...['Eleven', 'Twelve', 'Thirteen', 'Fourteen', 'Fifteen', 'Sixteen', 'Seventeen', 'Eighteen', 'Nineteen'],
];
const SMALL_ORDINALS = [
  ...[
    'Zeroth',
    'First',
    'Second',
    'Third',
    'Fourth',
    'Fifth',
    'Sixth',
    'Seventh',
    'Eighth',
    'Ninth',
    'Tenth',
  ],
  ...['Eleventh', 'Twelfth', 'Thirteenth', 'Fourteenth', 'Fifteenth', 'Sixteenth', 'Seventeenth'],
  ...['Eighteenth', 'Nineteenth'],
];
const TENS = ['Twenty', 'Thirty', 'Forty', 'Fifty', 'Sixty', 'Seventy', 'Eighty', 'Ninety'];
const POWERS = ['Thousand', 'Million', 'Billion', 'Trillion'];

export function toWords(value: number, ordinal: boolean): string {
  return wordsFor(value, '', ordinal);
}

/** `joint`: there is a larger part before, and this is what joins a part below a hundred to it. */
function wordsFor(value: number, joint: '' | ' and ', ordinal: boolean): string {
  const comma = joint === '' ? '' : ', ';
  if (value <= 19) return joint + ((ordinal ? SMALL_ORDINALS : SMALL)[value] as string);
  if (value < 100) {
    const tens = TENS[Math.floor(value / 10) - 2] as string;
    if (value % 10 > 0) return `${joint}${tens}-${wordsFor(value % 10, '', ordinal)}`;
    return joint + (ordinal ? `${tens.slice(0, -1)}ieth` : tens);
  }
  if (value < 1000)
    return comma + withRest(`${SMALL[Math.floor(value / 100)]} Hundred`, value % 100, ordinal);
  const power = Math.min(Math.floor(Math.log10(value) / 3), POWERS.length);
  const size = 10 ** (power * 3);
  const count = Math.floor(value / size);
  const words = `${wordsFor(count, '', false)} ${POWERS[power - 1]}`;
  return comma + withRest(words, value - count * size, ordinal);
}

function withRest(words: string, rest: number, ordinal: boolean): string {
  if (rest > 0) return words + wordsFor(rest, ' and ', ordinal);
  return ordinal ? `${words}th` : words;
}

const VALUES = new Map<string, number>();
for (const list of [SMALL, SMALL_ORDINALS])
  for (const [n, word] of list.entries()) VALUES.set(word.toLowerCase(), n);
for (const [index, word] of [...TENS, 'Hundred'].entries()) {
  VALUES.set(word.toLowerCase(), (index + 2) * 10);
  VALUES.set(`${word.toLowerCase().slice(0, -1)}ieth`, (index + 2) * 10);
}
VALUES.set('hundredth', 100);
for (const [index, word] of POWERS.entries()) {
  VALUES.set(word.toLowerCase(), 1000 ** (index + 1));
  VALUES.set(`${word.toLowerCase()}th`, 1000 ** (index + 1));
}

export const NUMBER_WORDS: readonly string[] = [...VALUES.keys()];

/** Not-a-number where a word is unknown. */
export function fromWords(text: string): number {
  const parts: number[] = [0];
  for (const word of text.split(/,\s|\sand\s|[\s\\-]/)) {
    const value = VALUES.get(word);
    const last = parts.pop() as number;
    if (value === undefined || value >= 100) parts.push(last * (value ?? Number.NaN));
    else if (last >= 1000) parts.push(last, value);
    else parts.push(last + value);
  }
  return parts.reduce((sum, part) => sum + part, 0);
}
