/** Functions that look for a text or a pattern: $contains $match $replace $split. */

import type { Callable } from '../callable.ts';
import { Failure } from '../failure.ts';
import type { Run } from '../run.ts';
import { newSequence } from '../sequence.ts';
import { builtin } from './builtin.ts';
import { type Found, matches } from './matches.ts';
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
      for (const { text: match, start: index, groups } of matches(run, pattern as Callable, text)) {
        list.push({ match, index, groups });
        run.boundList(list.length);
        if (limit !== undefined && list.length >= limit) break;
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
        ? replacedText(run, text, pattern, textOf(replacement), most)
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

function replacedText(run: Run, text: string, part: string, by: string, limit: number): string {
  let result = '';
  let position = 0;
  let count = 0;
  for (let at = text.indexOf(part); at >= 0 && count < limit; at = text.indexOf(part, position)) {
    result += text.slice(position, at) + by;
    run.boundText(result.length);
    run.spend(1 + (by.length >> 5));
    position = at + part.length;
    count += 1;
  }
  return run.boundedText(result + text.slice(position));
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
    const inserted = by(run, found);
    if (typeof inserted !== 'string') throw new Failure('D3012', inserted);
    result += text.slice(position, found.start) + inserted;
    run.boundText(result.length);
    run.spend(1 + (inserted.length >> 5));
    position = found.start + found.text.length;
    count += 1;
    if (count >= limit) break;
  }
  return run.boundedText(result + text.slice(position));
}

function splitByMatches(run: Run, text: string, pattern: Callable, limit: number): string[] {
  const parts: string[] = [];
  let start = 0;
  for (const found of matches(run, pattern, text)) {
    parts.push(text.slice(start, found.start));
    run.boundList(parts.length);
    start = endOf(found);
    if (parts.length >= limit) return parts;
  }
  parts.push(text.slice(start));
  return parts;
}

function endOf({ end }: Found): number {
  return end;
}
