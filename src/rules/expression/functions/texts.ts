/** Functions of texts; lengths and positions count characters, not UTF-16 units. */

import type { Run } from '../run.ts';
import { toText } from '../text.ts';
import { builtin } from './builtin.ts';

type Args<T extends unknown[]> = readonly [...{ [K in keyof T]: T[K] | undefined }];

/** Work on a text costs steps by its length. */
function pay(run: Run, text: string): void {
  run.spend(1 + (text.length >> 3));
}

/** A function of one text. */
function ofText(change: (text: string, run: Run) => unknown) {
  return builtin('<s-:s>', (run, [text]: Args<[string]>) => {
    if (text === undefined) return undefined;
    pay(run, text);
    return change(text, run);
  });
}

export const TEXTS = {
  string: builtin(
    '<x-b?:s>',
    (run, [value, pretty]: Args<[unknown, boolean]>) =>
      value === undefined ? undefined : toText(run, value, pretty),
    { arity: 1 },
  ),
  length: ofText((text) => characters(text).length),
  uppercase: ofText((text, run) => run.boundedText(text.toUpperCase())),
  lowercase: ofText((text, run) => run.boundedText(text.toLowerCase())),
  trim: ofText(trimmed),
  substring: builtin('<s-nn?:s>', (run, [text, start, length]: Args<[string, number, number]>) => {
    if (text === undefined) return undefined;
    pay(run, text);
    return substring(text, start as number, length);
  }),
  substringBefore: builtin('<s-s:s>', (run, [text, mark]: Args<[string, string]>) => {
    if (text === undefined) return undefined;
    pay(run, text);
    const at = text.indexOf(mark as string);
    return at < 0 ? text : text.slice(0, at);
  }),
  substringAfter: builtin('<s-s:s>', (run, [text, mark]: Args<[string, string]>) => {
    if (text === undefined) return undefined;
    pay(run, text);
    const at = text.indexOf(mark as string);
    return at < 0 ? text : text.slice(at + (mark as string).length);
  }),
  join: builtin('<a<s>s?:s>', (run, [texts, mark]: Args<[string[], string]>) => {
    if (texts === undefined) return undefined;
    let length = texts.length * (mark ?? '').length;
    for (const text of texts) length += text.length;
    run.boundText(length);
    run.spend(1 + texts.length + (length >> 5));
    return texts.join(mark ?? '');
  }),
  pad: builtin('<s-ns?:s>', (run, [text, width, filling]: Args<[string, number, string]>) => {
    if (text === undefined) return undefined;
    pay(run, text);
    return padded(
      run,
      text,
      Math.trunc(width as number),
      filling === undefined || filling === '' ? ' ' : filling,
    );
  }),
};

function characters(text: string): string[] {
  return [...text];
}

/** Runs of blanks become one; none at the ends. */
function trimmed(text: string): string {
  const single = text.replace(/[ \t\n\r]+/g, ' ');
  const from = single.startsWith(' ') ? 1 : 0;
  const rest = single.slice(from);
  return rest.endsWith(' ') ? rest.slice(0, -1) : rest;
}

function substring(text: string, start: number, length: number | undefined): string {
  const all = characters(text);
  const from = all.length + start < 0 ? 0 : start;
  if (length === undefined) return all.slice(from).join('');
  if (length <= 0) return '';
  return all.slice(from, from >= 0 ? from + length : all.length + from + length).join('');
}

/** A positive width pads behind, a negative one before. */
function padded(run: Run, text: string, width: number, filling: string): string {
  const missing = Math.abs(width) - characters(text).length;
  if (!(missing > 0)) return text;
  run.boundText(missing);
  run.spend(missing >> 5);
  const units = characters(filling);
  const repeated = filling.repeat(Math.ceil(missing / units.length));
  const padding = units.length === 1 ? repeated : substring(repeated, 0, missing);
  return run.boundedText(width > 0 ? text + padding : padding + text);
}
