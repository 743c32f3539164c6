/** The matches of a pattern, or of a function that takes the place of one. */

import { Callable } from '../callable.ts';
import { Failure } from '../failure.ts';
import { Matcher, type Subject } from '../pattern-literal.ts';
import type { Match } from '../regex/pattern.ts';
import type { Run } from '../run.ts';

/** A match, and what a function that gets it as an argument sees. */
export interface Found extends Match {
  readonly describe: () => unknown;
}

/** Of a function; a pattern has prices of its own. */
const STEPS_PER_MATCH = 20;

export function* matches(run: Run, pattern: Callable, text: string): Iterable<Found> {
  if (pattern instanceof Matcher) {
    const subject = { text, length: text.length };
    for (
      let match = pattern.first(run, text);
      match !== undefined;
      match = pattern.after(run, subject, match)
    )
      yield foundBy(pattern, subject, match);
    return;
  }
  if (!(pattern instanceof Callable)) throw new Failure('T1006', pattern);
  let described = checked(pattern.call(run, [undefined, text]));
  while (described !== undefined) {
    run.spend(STEPS_PER_MATCH);
    const found = foundOf(described);
    yield found;
    const { next } = fieldsOf(described);
    if (!(next instanceof Callable)) throw new Failure('T1006', next);
    described = checked(next.call(run, [undefined]));
  }
}

function foundBy(pattern: Matcher, subject: Subject, match: Match): Found {
  const { text, start, end, groups } = match;
  return { text, start, end, groups, describe: () => pattern.described(subject, match) };
}

type Described = Readonly<Record<string, unknown>>;

/** As lenient as the reference: what counts as false is taken for a match, and an end is not looked at. */
function checked(value: unknown): unknown {
  const { start, end, groups, next } = fieldsOf(value);
  const isMatch =
    typeof start === 'number' || end === 'number' || Array.isArray(groups) || next instanceof Callable;
  if (value && !isMatch) throw new Failure('T1010');
  return value;
}

function fieldsOf(value: unknown): Described {
  return typeof value === 'object' && value !== null ? (value as Described) : {};
}

function foundOf(described: unknown): Found {
  const { match, start, end, groups } = fieldsOf(described);
  return {
    text: match as string,
    start: start as number,
    end: end as number,
    groups: (groups ?? []) as readonly (string | undefined)[],
    describe: () => described,
  };
}
