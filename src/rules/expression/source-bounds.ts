/** What a text must not have too much of before the parser sees it: reading it takes a few milliseconds at most. */

import type { ExpressionProblem } from './expression.ts';
import { skipPattern, skipQuoted } from './token.ts';

const LONGEST_SOURCE = 6000;
/** Names, numbers, texts and signs: the parser takes its time for each. */
const MOST_WORDS = 1000;
const DEEPEST_BRACKETS = 100;
/** The parser goes through a path again for each of its steps. */
const LONGEST_PATH = 120;

/** One pair of brackets: the words in the part under way, in those before it, and the `.` and `[` in a row. */
interface Level {
  part: number;
  before: number;
  path: number;
}

export function sourceProblem(text: string): ExpressionProblem | undefined {
  if (text.length > LONGEST_SOURCE) {
    const message = `an expression has at most ${LONGEST_SOURCE} characters, this one has ${text.length}`;
    return refusal('too_long', `${message}; make it several features`, LONGEST_SOURCE, text.length);
  }
  const levels: Level[] = [{ part: 0, before: 0, path: 0 }];
  let last = '(';
  let at = 0;
  while (at < text.length) {
    const level = levels.at(-1) as Level;
    const sign = text[at] as string;
    const quoted = skipQuoted(text, at);
    const next = quoted === at && !endsValue(last) ? skipPattern(text, at) : quoted;
    if (next > at) {
      level.part += 1;
      if (sign !== '/') last = '"';
      at = next;
      continue;
    }
    if (!isWord(sign)) level.part += sign.trim() === '' ? 0 : 1;
    else if (at === 0 || !isWord(text[at - 1] as string)) level.part += 1;
    if (sign.trim() !== '') last = sign;
    if (sign === '.' || sign === '[') level.path += 1;
    if (level.path > LONGEST_PATH) {
      const message = `a path has at most ${LONGEST_PATH} of . and [`;
      return refusal('too_long', `${message}; give its beginning a name`, at, at + 1);
    }
    if ('([{'.includes(sign)) levels.push({ part: 0, before: 0, path: 0 });
    else if (')]}'.includes(sign)) leave(levels);
    else if (sign === '?' && '?:'.includes(text[at + 1] ?? ' ')) {
      // The parser copies what stands before `?:` and `??`: nested ones double.
      level.part *= 2;
      at += 1;
    } else if (',;:?'.includes(sign)) begin(level);
    else if ('+-&=<>|'.includes(sign)) level.path = 0;
    if (levels.length > DEEPEST_BRACKETS + 1) {
      const message = `brackets nested deeper than ${DEEPEST_BRACKETS}`;
      return refusal('too_deep', `${message}; give the inner parts names`, at, at + 1);
    }
    if (wordsOf(levels) > MOST_WORDS) {
      const message = `an expression has at most ${MOST_WORDS} words and signs`;
      const counted = 'what stands before ?: or ?? counts twice';
      return refusal('too_long', `${message}, and ${counted}; make it several features`, at, at + 1);
    }
    at += 1;
  }
  return undefined;
}

/** The words of a closed pair of brackets count where it stands. */
function leave(levels: Level[]): void {
  if (levels.length === 1) return;
  const { part, before } = levels.pop() as Level;
  (levels.at(-1) as Level).part += part + before;
}

function begin(level: Level): void {
  level.before += level.part;
  level.part = 0;
  level.path = 0;
}

function wordsOf(levels: readonly Level[]): number {
  let words = 0;
  for (const { part, before } of levels) words += part + before;
  return words;
}

/** Behind a value, `/` divides. */
function endsValue(sign: string): boolean {
  return isWord(sign) || ')]}"%*'.includes(sign);
}

function isWord(sign: string): boolean {
  const unit = sign.charCodeAt(0);
  if (unit >= 0x80) return true;
  const letter = unit | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || sign === '_' || sign === '$';
}

function refusal(code: string, message: string, start: number, end: number): ExpressionProblem {
  return { code, message, start, end };
}
