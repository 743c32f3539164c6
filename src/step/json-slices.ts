/** Where the elements of a JSON array lie in its text: the exact bytes of a refused one. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Start and end of each element, surrounding spaces left out; the text must be a valid JSON array. */
export function elementSlices(text: string): (readonly [from: number, to: number])[] {
  const slices: (readonly [number, number])[] = [];
  let depth = 0;
  let from = text.indexOf('[') + 1;
  for (let i = from - 1; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) i = endOfString(text, i);
    else if (unit === 0x5b || unit === 0x7b) depth += 1;
    else if (unit === 0x5d || unit === 0x7d) depth -= 1;
    if (depth > 1 || (unit !== COMMA && depth === 1)) continue;
    const slice = trimmed(text, from, i);
    if (slice[0] < slice[1]) slices.push(slice);
    if (depth === 0) break;
    from = i + 1;
  }
  return slices;
}

/** Position of the quote that closes the string opened at `open`. */
function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (isEscaped(text, close)) close = text.indexOf('"', close + 1);
  return close;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (at - first) % 2 === 1;
}

function trimmed(text: string, from: number, to: number): readonly [number, number] {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return [start, end];
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}
