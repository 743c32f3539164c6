/** Where the reference is evidently wrong and we are not: each by a rule as narrow as can be, and none silently. */

import jsonata from 'jsonata';
import type { Outcome } from './outcome.ts';

interface Observed {
  readonly text: string;
  readonly input: unknown;
  readonly ours: Outcome;
  /** Not there yet before the reference has run: some rules keep it from running for ever. */
  readonly theirs?: Outcome;
}

interface Exception {
  readonly name: string;
  applies(observed: Observed): boolean;
}

const EXCEPTIONS: readonly Exception[] = [
  {
    // Its parser copies the left side of ?: and ?? as JSON: what was a pattern is {}, and $match may never end.
    name: 'pattern lost before ?: or ??',
    applies: ({ text, theirs }) => theirs === undefined && /\?[?:]/.test(text) && losesPattern(text),
  },
  {
    // It writes partial applications of its own functions from their JavaScript, and this one has a default in it.
    name: '$string applied in part',
    applies: ({ text, theirs }) =>
      text.includes('$string(') && theirs !== undefined && isError(theirs, 'S0208'),
  },
  {
    // It does not look at the arguments of its own functions that are applied in part, and whatever happens happens.
    name: 'wrong arguments for a function applied in part',
    applies: ({ text, ours, theirs }) =>
      theirs !== undefined && text.includes('?') && isError(ours, 'T0410') && hasPartial(text),
  },
  {
    // $replace of a text writes a function as the JavaScript that it is made of.
    name: 'a function as a replacement text',
    applies: ({ text, ours, theirs }) =>
      text.includes('$replace') &&
      isError(ours, 'D3012') &&
      JSON.stringify(theirs ?? '').includes('function'),
  },
];

function isError(outcome: Outcome, code: string): boolean {
  return 'code' in outcome && outcome.code === code;
}

/** The name of the rule that applies. */
export function exceptionOf(observed: Observed): string | undefined {
  return EXCEPTIONS.find((exception) => exception.applies(observed))?.name;
}

function losesPattern(text: string): boolean {
  return someNode(text, ({ type, value }) => type === 'regex' && !(value instanceof RegExp));
}

function hasPartial(text: string): boolean {
  return someNode(text, ({ type }) => type === 'partial');
}

interface Node {
  readonly type?: unknown;
  readonly value?: unknown;
}

function someNode(text: string, is: (node: Node) => boolean): boolean {
  const within = (part: unknown): boolean => {
    if (typeof part !== 'object' || part === null || part instanceof RegExp) return false;
    return is(part) || Object.values(part).some(within);
  };
  try {
    return within(jsonata(text).ast());
  } catch {
    return false;
  }
}
