/** Types in words, for messages. */

import { ANY, type Range, type ValueType } from './value-type.ts';

/** Longer choices are only counted. */
const MOST_NAMED = 8;

/** `a number from 0 up`, `one of "new", "lost"`, `a list of texts`; absence is not mentioned. */
export function inWords(type: ValueType): string {
  if (type === ANY || type.items === ANY) return 'any value';
  const words: string[] = [];
  if (type.numbers) words.push(numberWords(type.numbers));
  if (type.texts) words.push(textWords(type.texts));
  if (type.yes || type.no) words.push(type.yes && type.no ? 'true or false' : String(type.yes));
  if (type.items) words.push(`a list of ${many(type.items)}`);
  if (type.fields) words.push('an object');
  if (type.functions) words.push('a function');
  if (type.nothing) words.push('null');
  return words.length === 0 ? 'always absent' : words.join(' or ');
}

/** The sort of value only: `a number`, `a text or a list`. */
export function sortWords(type: ValueType): string {
  const words: string[] = [];
  if (type.numbers) words.push('a number');
  if (type.texts) words.push('a text');
  if (type.yes || type.no) words.push('true or false');
  if (type.items) words.push(`a list of ${many(type.items)}`);
  if (type.fields) words.push('an object');
  if (type.functions) words.push('a function');
  if (type.nothing) words.push('null');
  return words.join(' or ');
}

function numberWords({ least, most }: Range): string {
  if (least === most) return String(least);
  const from = least > Number.NEGATIVE_INFINITY;
  const to = most < Number.POSITIVE_INFINITY;
  if (from && to) return `a number from ${least} to ${most}`;
  if (from) return `a number from ${least} up`;
  return to ? `a number up to ${most}` : 'a number';
}

function textWords(texts: ReadonlySet<string> | 'any'): string {
  if (texts === 'any') return 'a text';
  if (texts.size > MOST_NAMED) return `one of ${texts.size} texts`;
  const quoted = [...texts].map((text) => JSON.stringify(text)).join(', ');
  return texts.size === 1 ? quoted : `one of ${quoted}`;
}

/** What a list holds, in the plural. */
function many(items: ValueType): string {
  const { numbers, texts, fields, items: inner } = items;
  const sorts = [numbers, texts, fields, inner, items.yes || items.no || undefined].filter(Boolean);
  if (sorts.length !== 1) return 'values';
  if (numbers) return 'numbers';
  if (texts) return 'texts';
  if (inner) return 'lists';
  return fields ? 'objects' : 'truths';
}
