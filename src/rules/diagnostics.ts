/** Collects the problems of one run, so that all are reported and none only because of another. */

import { didYouMean } from '../core/did-you-mean.ts';
import type { Located } from './located.ts';
import type { Problem } from './problem.ts';
import type { SourceFile, Span } from './source-file.ts';

export class Diagnostics {
  readonly #problems: Problem[] = [];
  /** Words of the texts that could not be read: a name among them may well be declared there. */
  readonly #lostWords = new Set<string>();

  report(place: { source: SourceFile; span: Span }, message: string, hint?: string): void {
    this.#add('error', place, message, hint);
  }

  warn(place: { source: SourceFile; span: Span }, message: string, hint?: string): void {
    this.#add('warning', place, message, hint);
  }

  /** Reports an unknown word, with the known one that was probably meant; `quote` surrounds it in the hint. */
  reportUnknown(
    place: { source: SourceFile; span: Span },
    what: string,
    word: string,
    known: Iterable<string>,
    of = '',
  ): void {
    const meant = didYouMean(word, known);
    const hint = meant === undefined ? undefined : `did you mean \`${meant}\`?`;
    this.report(place, `unknown ${what} \`${word}\`${of}`, hint);
  }

  /** Remembers what a text that could not be read may have declared. */
  lose(text: string): void {
    for (const word of text.match(/[A-Za-z_][A-Za-z0-9_.]*/g) ?? []) this.#lostWords.add(word);
  }

  /** Whether a missing name may only be missing because the text that declares it could not be read. */
  mayBeLost(name: string): boolean {
    return this.#lostWords.has(name);
  }

  get errors(): readonly Problem[] {
    return this.#sorted('error');
  }

  get warnings(): readonly Problem[] {
    return this.#sorted('warning');
  }

  #sorted(severity: Problem['severity']): Problem[] {
    return this.#problems.filter((problem) => problem.severity === severity).sort(byPlace);
  }

  #add(
    severity: Problem['severity'],
    place: { source: SourceFile; span: Span },
    message: string,
    hint?: string,
  ) {
    const position = place.source.position(place.span.start);
    const lineEnd = place.source.lineSpan(place.span.start).end;
    const length = Math.max(1, Math.min(place.span.end, lineEnd) - place.span.start);
    const problem: Problem = {
      ...position,
      length,
      message,
      severity,
      ...(hint === undefined ? {} : { hint }),
    };
    const same = (other: Problem) => byPlace(other, problem) === 0 && other.message === message;
    if (!this.#problems.some(same)) this.#problems.push(problem);
  }
}

/** A place of which only the first characters are worth underlining: maps and lists. */
export function startOf(located: Located): { source: SourceFile; span: Span } {
  if (located.type === 'scalar') return located;
  return { source: located.source, span: { start: located.span.start, end: located.span.start + 1 } };
}

function byPlace(a: Problem, b: Problem): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
