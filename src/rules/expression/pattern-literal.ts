/** /a+b/i: a function that finds its next match in a text. */

import { type Arguments, Callable } from './callable.ts';
import { Failure } from './failure.ts';
import { type Match, Pattern } from './regex/pattern.ts';
import { PatternProblem } from './regex/syntax.ts';
import type { Run } from './run.ts';
import type { Node } from './syntax-tree.ts';
import { type Compiler, constantTerm, type Term } from './term.ts';

export function compilePattern(node: Node, compiler: Compiler): Term {
  const { source, flags } = node.value as RegExp;
  const end = node.position ?? compiler.text.length;
  try {
    const pattern = new Pattern(source, flags, compiler.patternRoom);
    compiler.patternRoom -= pattern.size;
    return constantTerm(new Matcher(pattern, end));
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    const start = Math.max(0, end - (source.length + flags.length + 1));
    return compiler.refuse(
      'regex',
      `${error.message}: each match must take linear time, and all patterns of an expression a bounded one`,
      start,
      end,
    );
  }
}

/** Beginning to look for a match, and keeping what was found. */
const STEPS_PER_MATCH = 10;

/** What is searched: a value as JavaScript writes it, and the length at which the reference stops going on. */
export interface Subject {
  readonly text: string;
  readonly length: number;
}

export function subjectOf(run: Run, value: unknown): Subject {
  if (typeof value === 'string') return { text: value, length: value.length };
  if (Array.isArray(value)) return { text: listText(run, value, 0), length: value.length };
  if (typeof value !== 'object' || value === null) return { text: String(value), length: Infinity };
  if (value instanceof Callable) throw new Failure('not_a_text', value);
  const length = Object.hasOwn(value, 'length') ? Number((value as { length: unknown }).length) : Infinity;
  return { text: '[object Object]', length };
}

function listText(run: Run, list: readonly unknown[], depth: number): string {
  run.boundNesting(depth);
  run.spend(list.length);
  let text = '';
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    const part = Array.isArray(item) ? listText(run, item, depth + 1) : subjectOf(run, item ?? '').text;
    text += i === 0 ? part : `,${part}`;
    run.boundText(text.length);
  }
  return text;
}

/** As JavaScript takes a position. */
function startOf(run: Run, value: unknown): number {
  const start = Math.trunc(Number(value === null ? 0 : subjectOf(run, value).text));
  return Number.isNaN(start) ? 0 : Math.max(start, 0);
}

/** The pattern as a function: `/a/("cat")` tells where it matches and how to go on. */
export class Matcher extends Callable {
  private readonly pattern: Pattern;
  /** Where the literal ends. */
  private readonly end: number;

  constructor(pattern: Pattern, end: number) {
    super(2);
    this.pattern = pattern;
    this.end = end;
  }

  override apply(run: Run, args: Arguments): unknown {
    const subject = subjectOf(run, args[1]);
    const match = this.first(run, subject.text, startOf(run, args[2]));
    return match === undefined ? undefined : this.described(subject, match);
  }

  first(run: Run, text: string, from = 0): Match | undefined {
    run.spend(STEPS_PER_MATCH);
    return from > text.length ? undefined : this.pattern.match(text, from, run);
  }

  /** The match behind another one; one that takes nothing would come for ever. */
  after(run: Run, { text, length }: Subject, { end }: Match): Match | undefined {
    if (end >= length) return undefined;
    const next = this.first(run, text, end);
    if (next?.text === '') throw new Failure('D1004', this.pattern.source, this.end, this.pattern.source);
    return next;
  }

  described(subject: Subject, match: Match): Record<string, unknown> {
    const { start, end, groups } = match;
    return {
      match: match.text,
      start,
      end,
      groups: Array.from(groups),
      next: new Next(this, subject, match),
    };
  }

  describedAfter(run: Run, subject: Subject, match: Match): unknown {
    const next = this.after(run, subject, match);
    return next === undefined ? undefined : this.described(subject, next);
  }
}

/** The function `next` of a match. */
class Next extends Callable {
  private readonly matcher: Matcher;
  private readonly subject: Subject;
  private readonly match: Match;

  constructor(matcher: Matcher, subject: Subject, match: Match) {
    super(0);
    this.matcher = matcher;
    this.subject = subject;
    this.match = match;
  }

  override apply(run: Run): unknown {
    return this.matcher.describedAfter(run, this.subject, this.match);
  }
}
