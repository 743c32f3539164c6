/** Functions that look for a text or a pattern: $contains $match $replace $split. */

import type { Callable } from '../callable.ts';
import { Failure } from '../failure.ts';
import type { Run } from '../run.ts';
import { newSequence } from '../sequence.ts';
import { builtin } from './builtin.ts';
import { matches } from './matches.ts';
import { replacementOf } from './replacement.ts';

type Args<T extends unknown[]> = readonly [...{ [K in keyof T]: T[K] | undefined }];
type Mark = string | Callable;

export const MATCHING = {
  contains: builtin('<s-(sf):b>', (run, [text, part]: Args<[string, Mark]>) => {
    if (text === undefined || part === undefined) return undefined;
    run.spend(1 + (text.length >> 3));
    if (typeof part === 'string') return text.includes(part);
    for (const _found of matches(run, part, text)) return true;
    return false;
  }),
  match: builtin(
    '<s-f<s:o>n?:a<o>>',
    (run, [text, pattern, limit]: Args<[string, Callable, number]>) => {
      if (text === undefined) return undefined;
      if (limit !== undefined && limit < 0) throw new Failure('D3040', limit, -1, '', 3);
      const list = newSequence();
      if (limit !== undefined && !(limit > 0)) return list;
      // The match behind the last one is looked for all the same, and may fail.
      for (const { text: match, start: index, groups } of matches(run, pattern as Callable, text)) {
        if (limit !== undefined && list.length >= limit) break;
        list.push({ match, index, groups });
        run.boundList(list.length);
      }
      return list;
    },
    { sequence: true },
  ),
  replace: builtin(
    '<s-(sf)(sf)n?:s>',
    (run, [text, pattern, replacement, limit]: Args<[string, Mark, Mark, number]>) => {
      if (text === undefined) return undefined;
      if (pattern === '') throw new Failure('D3010', pattern, -1, '', 2);
      if (limit !== undefined && limit < 0) throw new Failure('D3011', limit, -1, '', 4);
      if (limit !== undefined && !(limit > 0)) return text;
      const most = limit ?? Number.POSITIVE_INFINITY;
      run.spend(1 + (text.length >> 3));
      return typeof pattern === 'string'
        ? replacedText(run, text, pattern, replacement, most)
        : replacedMatches(run, text, pattern as Callable, replacement as Mark, most);
    },
  ),
  split: builtin('<s-(sf)n?:a<s>>', (run, [text, mark, limit]: Args<[string, Mark, number]>) => {
    if (text === undefined) return undefined;
    if (limit !== undefined && limit < 0) throw new Failure('D3020', limit, -1, '', 3);
    if (limit !== undefined && !(limit > 0)) return [];
    run.spend(1 + (text.length >> 3));
    const parts =
      typeof mark === 'string'
        ? text.split(mark, limit)
        : splitByMatches(run, text, mark as Callable, limit ?? Number.POSITIVE_INFINITY);
    run.spend(parts.length);
    run.boundList(parts.length);
    return parts;
  }),
};

/** The reference writes an absent replacement as JavaScript does. */
function textOf(replacement: Mark | undefined): string {
  if (replacement === undefined) return 'undefined';
  if (typeof replacement !== 'string') throw new Failure('D3012', replacement);
  return replacement;
}

function replacedText(
  run: Run,
  text: string,
  part: string,
  replacement: Mark | undefined,
  limit: number,
): string {
  let result = '';
  let position = 0;
  let count = 0;
  for (let at = text.indexOf(part); at >= 0 && count < limit; at = text.indexOf(part, position)) {
    const by = textOf(replacement);
    result += text.slice(position, at) + by;
    run.boundText(result.length);
    run.spend(1 + (by.length >> 5));
    position = at + part.length;
    count += 1;
  }
  return run.boundedText(result + text.substring(position));
}

function replacedMatches(
  run: Run,
  text: string,
  pattern: Callable,
  replacement: Mark,
  limit: number,
): string {
  const by = replacementOf(replacement);
  let result = '';
  let position = 0;
  let count = 0;
  for (const found of matches(run, pattern, text)) {
    if (count >= limit) break;
    const inserted = by(run, found);
    if (typeof inserted !== 'string') throw new Failure('D3012', inserted);
    if (typeof found.text !== 'string') throw new Failure('T1010');
    result += text.substring(position, found.start) + inserted;
    run.boundText(result.length);
    run.spend(1 + (inserted.length >> 5));
    position = found.start + found.text.length;
    count += 1;
  }
  return run.boundedText(result + text.substring(position));
}

function splitByMatches(run: Run, text: string, pattern: Callable, limit: number): string[] {
  const parts: string[] = [];
  let start = 0;
  for (const { start: found, end } of matches(run, pattern, text)) {
    if (parts.length >= limit) return parts;
    parts.push(text.substring(start, found));
    run.boundList(parts.length);
    start = end;
  }
  if (parts.length >= limit) return parts;
  parts.push(text.substring(start));
  return parts;
}
