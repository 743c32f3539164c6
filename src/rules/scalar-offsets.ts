/** Maps a position within a YAML text to its place in the file, through quotes, escapes, folding and indentation. */

import type { LocatedScalar } from './located.ts';
import type { Span } from './source-file.ts';

const SPACE = /\s/;
const ESCAPE_LENGTHS: Record<string, number> = { x: 4, u: 6, U: 10 };

/** The file's span for `start`..`end` of the scalar's text; the scalar's line where that cannot be told. */
export function spanInScalar(scalar: LocatedScalar, start: number, end: number): Span {
  const offsets = scalarOffsets(scalar);
  if (offsets === undefined) return scalar.source.lineSpan(scalar.span.start);
  const first = offsets[Math.min(start, offsets.length - 1)] as number;
  if (end <= start) return { start: first, end: first + 1 };
  const last = offsets[Math.min(end, offsets.length - 1) - 1] as number;
  return { start: first, end: Math.max(first, last) + 1 };
}

/**
 * The file offset of every character of the text, and of its end. YAML only adds or takes white space
 * (folding, indentation) beside quotes and escapes, so both sides are walked together, blanks being skipped.
 */
function scalarOffsets(scalar: LocatedScalar): number[] | undefined {
  const { text } = scalar.source;
  const quoted = scalar.style === 'single' || scalar.style === 'double';
  let at = scalar.span.start + (quoted ? 1 : 0);
  if (scalar.style === 'block') at = text.indexOf('\n', at) + 1;
  const offsets: number[] = [];
  for (let i = 0; i < scalar.text.length; i++) {
    const wanted = scalar.text[i] as string;
    if (scalar.style === 'double' && text[at] === '\\') {
      const kind = text[at + 1] as string;
      if (kind === '\n' || kind === '\r') return undefined;
      offsets.push(at);
      at += ESCAPE_LENGTHS[kind] ?? 2;
      continue;
    }
    if (SPACE.test(wanted)) {
      offsets.push(at);
      if (SPACE.test(text[at] ?? '')) at += 1;
      continue;
    }
    while (SPACE.test(text[at] ?? '')) at += 1;
    if (text[at] !== wanted) return undefined;
    offsets.push(at);
    at += scalar.style === 'single' && wanted === "'" ? 2 : 1;
  }
  offsets.push(at);
  return offsets;
}
