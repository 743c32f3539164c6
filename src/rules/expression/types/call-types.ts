/** Types of calls: what built-in functions take, and what they give. */

import { bareName } from '../call.ts';
import type { Builtin } from '../functions/builtin.ts';
import { CATALOGUE } from '../functions/catalogue.ts';
import type { Parameter } from '../functions/signature.ts';
import type { Node } from '../syntax-tree.ts';
import type { Surroundings } from './finding.ts';
import type { Inference } from './inference.ts';
import { sortWords } from './type-words.ts';
import {
  ANY,
  eachOf,
  FUNCTION,
  gathered,
  mayBePresent,
  NEVER,
  NUMBER,
  numberFrom,
  OBJECT,
  orAbsent,
  type Range,
  TEXT,
  TRUTH,
  type ValueType,
} from './value-type.ts';

const LETTERS = [...'nsbaolfm'];

export function typeOfCall(node: Node, where: Surroundings, walk: Inference): ValueType {
  const procedure = node.procedure as Node;
  const args = node.arguments ?? [];
  const name =
    procedure.type === 'variable' && !procedure.predicate ? (procedure.value as string) : undefined;
  const builtin = name === undefined || walk.isBound(name) ? undefined : CATALOGUE.get(name);
  if (name === undefined || builtin === undefined) {
    for (const arg of args) walk.typeOf(arg, where);
    if (bareName(procedure) === undefined) walk.typeOf(procedure, where);
    return ANY;
  }
  const types = args.map((arg, index) => {
    const over = index === 1 && arg.type === 'lambda' && PER_ITEM.has(name) ? where : undefined;
    return over === undefined ? walk.typeOf(arg, where) : typeOfPerItem(arg, args[0] as Node, where, walk);
  });
  const taken = checkArguments(name, builtin, args, types, node, walk);
  return !taken ? NEVER : typeOfResult(name, builtin, types);
}

/** Functions that call the second argument with each item of the first. */
const PER_ITEM: ReadonlySet<string> = new Set(['map', 'filter', 'single']);

/** The parameter of the function is an item of the list. */
function typeOfPerItem(lambda: Node, list: Node, where: Surroundings, walk: Inference): ValueType {
  const [item, ...others] = lambda.arguments ?? [];
  if (lambda.signature !== undefined || lambda.thunk === true || item === undefined)
    return walk.typeOf(lambda, where);
  walk.bind(item.value as string, eachOf(walk.quietly(list, where)));
  for (const { value } of others) walk.bind(value as string, ANY);
  walk.typeOf(lambda.body as Node, where);
  return FUNCTION;
}

/** An argument is wrong when the function fails with each value it may have, whatever the others are. */
function checkArguments(
  name: string,
  { signature }: Builtin,
  args: readonly Node[],
  types: readonly ValueType[],
  whole: Node,
  walk: Inference,
): boolean {
  const { parameters } = signature;
  const aligned = parameters.length === args.length || parameters.every(({ context }) => context !== true);
  for (const [index, arg] of args.entries()) {
    const type = types[index] as ValueType;
    if (!mayBePresent(type)) continue;
    const parameter = aligned ? (parameters[index] ?? parameters.at(-1)) : undefined;
    const letters = lettersOf(type).filter((letter) => takes(signature, args.length, index, letter));
    const fitting = letters.filter((letter) => fitsItems(parameter, letter));
    const wants = parameter && wanted(parameter);
    if (fitting.length === 0) {
      const takesWhat =
        wants === undefined
          ? `cannot take ${walk.quoted(arg)}, ${sortWords(type)}, here`
          : `takes ${wants} here; ${walk.quoted(arg)} is ${sortWords(type)}`;
      walk.report(arg, 'error', 'never_works', `$${name} ${takesWhat}`, { whole });
      return type.absent;
    }
    const items = parameter?.type === 'a' && parameter.items !== undefined ? type.items : undefined;
    if (items === undefined || fitting.join() !== 'a') continue;
    if (!mayBePresent(items) || lettersOf(items).some((letter) => fitsItems(parameter, letter))) continue;
    const message = `$${name} takes ${wants} here; ${walk.quoted(arg)} is ${sortWords(type)}`;
    walk.report(arg, 'warning', 'none', message, { whole });
    return true;
  }
  return true;
}

function takes(signature: Builtin['signature'], count: number, index: number, letter: string): boolean {
  const others = count - 1;
  for (let combination = 0; combination < LETTERS.length ** others; combination++) {
    let letters = '';
    let rest = combination;
    for (let i = 0; i < count; i++) {
      if (i === index) {
        letters += letter;
        continue;
      }
      letters += LETTERS[rest % LETTERS.length];
      rest = Math.floor(rest / LETTERS.length);
    }
    if (signature.takes(letters)) return true;
  }
  return false;
}

/** Lists of numbers, say, may be given as one number. */
function fitsItems(parameter: Parameter | undefined, letter: string): boolean {
  return (
    parameter?.type !== 'a' ||
    parameter.items === undefined ||
    letter === 'a' ||
    letter === parameter.items.charAt(0)
  );
}

function lettersOf(type: ValueType): string[] {
  const { numbers, texts, yes, no, items, fields, nothing, functions } = type;
  const has = { n: numbers, s: texts, b: yes || no, a: items, o: fields, l: nothing, f: functions };
  return Object.entries(has).flatMap(([letter, there]) => (there ? [letter] : []));
}

const WANTED: Readonly<Record<string, string>> = {
  n: 'a number',
  s: 'a text',
  b: 'true or false',
  o: 'an object',
  f: 'a function',
};
const WANTED_ITEMS: Readonly<Record<string, string>> = { n: 'numbers', s: 'texts', o: 'objects' };

function wanted({ type, items }: Parameter): string | undefined {
  if (type === 'a') return WANTED_ITEMS[items?.charAt(0) ?? ''] ?? 'a list';
  return [...type.replace(/[()]/g, '')].map((letter) => WANTED[letter] ?? 'a list').join(' or ');
}

function typeOfResult(name: string, { signature }: Builtin, types: readonly ValueType[]): ValueType {
  const [first] = types;
  const absent =
    types.length === 0 || types.some((type) => type.absent) ? orAbsent : (type: ValueType) => type;
  switch (name) {
    case 'count':
      return numberFrom(0);
    case 'exists':
      return TRUTH;
    case 'error':
    case 'assert':
      return ANY;
    case 'length':
    case 'sqrt':
      return absent(numberFrom(0));
    case 'hour':
      return absent(numberFrom(0, 23));
    case 'weekday':
      return absent(numberFrom(1, 7));
    case 'filter':
      return first === undefined ? ANY : gathered(eachOf(first));
    case 'round':
    case 'floor':
    case 'ceil':
    case 'abs':
      return first?.numbers ? absent(rounded(name, first.numbers, types.length)) : orAbsent(NUMBER);
    case 'sum':
    case 'average':
    case 'min':
    case 'max':
      return first === undefined ? orAbsent(NUMBER) : overItems(name, first);
  }
  return orAbsent(RESULTS[signature.result] ?? ANY);
}

const RESULTS: Readonly<Record<string, ValueType>> = { n: NUMBER, s: TEXT, b: TRUTH, o: OBJECT };

function rounded(name: string, { least, most }: Range, count: number): ValueType {
  if (name === 'abs')
    return numberFrom(least > 0 ? least : most < 0 ? -most : 0, Math.max(Math.abs(least), Math.abs(most)));
  if (count > 1) return numberFrom(least >= 0 ? 0 : Number.NEGATIVE_INFINITY);
  return numberFrom(Math.floor(least), Math.ceil(most));
}

/** The sum of none is 0, the others are absent then; a mean may leave the bounds by its rounding. */
function overItems(name: string, list: ValueType): ValueType {
  const range = eachOf(list).numbers;
  if (name === 'sum') {
    const sum = range === undefined || range.least >= 0 ? numberFrom(0) : NUMBER;
    return list.absent ? orAbsent(sum) : sum;
  }
  if (range === undefined) return orAbsent(NUMBER);
  if (name === 'average') return orAbsent(range.least >= 0 ? numberFrom(0) : NUMBER);
  return orAbsent(numberFrom(range.least, range.most));
}
