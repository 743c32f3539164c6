/** Whether both engines agree on a pair, and why a pair does not count where it does not. */

import { isDeepStrictEqual } from 'node:util';
import { compile } from '../../src/rules/expression/compile.ts';
import { exceptionOf } from './exceptions.ts';
import { lastUsed } from './last-used.ts';
import { answer, CRASH, type Outcome } from './outcome.ts';
import type { Pair } from './pairs.ts';
import { NOW, reference, repairedReference } from './reference.ts';

export interface Comparison {
  /** `apart`: the pair tells nothing, for the reason given. */
  readonly verdict: 'same' | 'different' | 'apart';
  readonly reason?: string;
  readonly ours: Outcome;
  readonly theirs?: Outcome;
}

/** Codes that the reference does not have: our budgets, and what we refuse. */
const OWN_CODES: readonly string[] = [
  ...['over_budget', 'too_deep', 'too_long', 'regex', 'unsupported'],
  ...['forbidden_key', 'forbidden_function', 'not_in_copy', 'not_a_text', 'out_of_range'],
];

const compiled = lastUsed((text) => compile(text, { time: NOW }));

export async function compared({ expression: { text }, input }: Pair): Promise<Comparison> {
  const ours = answer(() => compiled(text).evaluate(input));
  if (isCode(ours, CRASH)) return { verdict: 'different', ours };
  const lost = exceptionOf({ text, input, ours });
  if (lost !== undefined) return { verdict: 'apart', reason: lost, ours };
  const theirs = await reference(text, input);
  if (isDeepStrictEqual(ours, theirs)) return { verdict: 'same', ours, theirs };
  if (isCode(theirs, CRASH, 'D1012'))
    return { verdict: 'apart', reason: `reference ${theirs.code}`, ours, theirs };
  if (isCode(ours, ...OWN_CODES)) return { verdict: 'apart', reason: ours.code, ours, theirs };
  const repaired = await repairedReference(text, input);
  if (isDeepStrictEqual(ours, repaired) || isCode(repaired, 'changed', CRASH))
    return { verdict: 'apart', reason: faultOf(ours, theirs), ours, theirs };
  const reason = exceptionOf({ text, input, ours, theirs });
  return { verdict: reason === undefined ? 'different' : 'apart', ...(reason && { reason }), ours, theirs };
}

function faultOf(ours: Outcome, theirs: Outcome): string {
  if (isCode(theirs, 'changed')) return 'the reference changed its input';
  return isCode(ours) && isCode(theirs) ? 'order of errors' : 'context lost in a second group';
}

function isCode(outcome: Outcome, ...codes: readonly string[]): outcome is { code: string } {
  return 'code' in outcome && (codes.length === 0 || codes.includes(outcome.code));
}
