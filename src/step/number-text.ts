/** How numbers are written, which JSON.parse forgets: money is exact only if its text says so. */

/**
 * Whether the field `name` occurs, anywhere in a JSON text, with a number that has an exponent or more than six
 * decimals. A name written with escapes is not found; its value is still checked to be whole micros.
 */
export function hasInexact(text: string, name: string): boolean {
  const key = quoted(name);
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    let i = skipSpace(text, at + key.length);
    if (text.charCodeAt(i) !== 0x3a) continue;
    i = skipSpace(text, i + 1);
    let point = -1;
    for (let unit = text.charCodeAt(i); isNumeric(unit); unit = text.charCodeAt(++i)) {
      if (unit === 0x65 || unit === 0x45) return true;
      if (unit === 0x2e) point = i;
    }
    if (point >= 0 && i - point > 7) return true;
  }
  return false;
}

const quotedNames = new Map<string, string>();

/** Made once for each of the catalogue's money names: a fresh text would have to be copied for every search. */
function quoted(name: string): string {
  let key = quotedNames.get(name);
  if (key === undefined) {
    key = JSON.stringify(name);
    quotedNames.set(name, key);
  }
  return key;
}

/**
 * The JSON value once more, with the numbers of the named fields as the texts they were. A name in quotes
 * followed by a colon is a key, or the end of one, so quoting the number behind it keeps the text valid.
 */
export function parseWithTexts(text: string, names: readonly string[]): unknown {
  const numbers = new RegExp(`("(?:${names.join('|')})"\\s*:\\s*)(-?\\d[\\d.eE+-]*)`, 'g');
  return JSON.parse(text.replace(numbers, '$1"$2"'));
}

/** Digits, point, exponent and signs. */
function isNumeric(unit: number): boolean {
  return (
    (unit >= 0x30 && unit <= 0x39) ||
    unit === 0x2e ||
    unit === 0x65 ||
    unit === 0x45 ||
    unit === 0x2b ||
    unit === 0x2d
  );
}

function skipSpace(text: string, from: number): number {
  let i = from;
  for (
    let unit = text.charCodeAt(i);
    unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
    unit = text.charCodeAt(++i)
  );
  return i;
}
