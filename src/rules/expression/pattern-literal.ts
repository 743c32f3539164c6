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
    return constantTerm(new Matcher(new Pattern(source, flags), end));
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    const start = Math.max(0, end - (source.length + flags.length + 1));
    return compiler.refuse('regex', `${error.message}: each match must take linear time`, start, end);
  }
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
    const text = args[1];
    if (typeof text !== 'string') throw new Failure('T0410', text);
    const match = this.first(run, text, Number(args[2]) || 0);
    return match === undefined ? undefined : this.described(text, match);
  }

  first(run: Run, text: string, from = 0): Match | undefined {
    run.spend(4);
    return from > text.length ? undefined : this.pattern.match(text, from, run);
  }

  /** The match behind another one; one that takes nothing would come for ever. */
  after(run: Run, text: string, { end }: Match): Match | undefined {
    if (end >= text.length) return undefined;
    const next = this.first(run, text, end);
    if (next?.text === '') throw new Failure('D1004', this.pattern.source, this.end, this.pattern.source);
    return next;
  }

  described(text: string, match: Match): Record<string, unknown> {
    const { start, end, groups } = match;
    return { match: match.text, start, end, groups: Array.from(groups), next: new Next(this, text, match) };
  }

  describedAfter(run: Run, text: string, match: Match): unknown {
    const next = this.after(run, text, match);
    return next === undefined ? undefined : this.described(text, next);
  }
}

/** The function `next` of a match. */
class Next extends Callable {
  private readonly matcher: Matcher;
  private readonly text: string;
  private readonly match: Match;

  constructor(matcher: Matcher, text: string, match: Match) {
    super(0);
    this.matcher = matcher;
    this.text = text;
    this.match = match;
  }

  override apply(run: Run): unknown {
    return this.matcher.describedAfter(run, this.text, this.match);
  }
}
