/** What a regular expression may ask about a place in the text without taking anything. */

import { LINE_ENDS, WORD } from './character-set.ts';
import type { Assertion } from './syntax.ts';

/** `lines`: each line has a start and an end of its own. */
export function holds(what: Assertion, text: string, position: number, lines: boolean): boolean {
  switch (what) {
    case 'start':
      return position === 0 || (lines && isIn(LINE_ENDS, text.charCodeAt(position - 1)));
    case 'end':
      return position === text.length || (lines && isIn(LINE_ENDS, text.charCodeAt(position)));
    case 'border':
    case 'inside': {
      const before = position > 0 && isIn(WORD, text.charCodeAt(position - 1));
      const behind = position < text.length && isIn(WORD, text.charCodeAt(position));
      return (before !== behind) === (what === 'border');
    }
  }
}

function isIn(ranges: typeof WORD, unit: number): boolean {
  for (const [first, last] of ranges) if (unit >= first && unit <= last) return true;
  return false;
}
