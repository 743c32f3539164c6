/** The matches of a pattern, or of a function that takes the place of one. */

import { Callable } from '../callable.ts';
import { Failure } from '../failure.ts';
import { Matcher } from '../pattern-literal.ts';
import type { Match } from '../regex/pattern.ts';
import type { Run } from '../run.ts';

/** A match, and what a function that gets it as an argument sees. */
export interface Found extends Match {
  readonly described: unknown;
}

export function* matches(run: Run, pattern: Callable, text: string): Iterable<Found> {
  if (pattern instanceof Matcher) {
    for (let match = pattern.first(run, text); match !== undefined; match = pattern.after(run, text, match)) {
      yield { ...match, described: pattern.described(text, match) };
    }
    return;
  }
  if (!(pattern instanceof Callable)) throw new Failure('T1006', pattern);
  let described = checked(pattern.call(run, [undefined, text]));
  while (described !== undefined) {
    run.spend(8);
    yield foundOf(described);
    const { next } = described;
    if (!(next instanceof Callable)) throw new Failure('T1006', next);
    described = checked(next.call(run, [undefined]));
  }
}

type Described = Readonly<Record<string, unknown>>;

function checked(value: unknown): Described | undefined {
  if (value === undefined) return undefined;
  const { start, end, groups, next } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Described;
  const isMatch =
    typeof start === 'number' || typeof end === 'number' || Array.isArray(groups) || next instanceof Callable;
  if (!isMatch) throw new Failure('T1010');
  return value as Described;
}

function foundOf(described: Described): Found {
  const { match, start, end, groups } = described;
  return {
    text: match as string,
    start: start as number,
    end: end as number,
    groups: (groups ?? []) as readonly (string | undefined)[],
    described,
  };
}
