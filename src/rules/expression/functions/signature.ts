/** What arguments a built-in function takes, in JSONata's own notation: `<s-nn?:s>`. */

import { Callable } from '../callable.ts';
import { Failure } from '../failure.ts';

interface Parameter {
  /** The type letter; choices keep their brackets. */
  readonly type: string;
  /** Type of a list's items. */
  readonly items: string | undefined;
  /** The context stands in when it is missing. */
  readonly context: boolean;
  readonly optional: boolean;
  readonly many: boolean;
}

const ANY = 'asnblfom';
const CLASSES: Readonly<Record<string, string>> = {
  a: ANY,
  x: ANY,
  j: 'asnblom',
  f: 'f',
  s: 'sm',
  n: 'nm',
  b: 'bm',
  o: 'om',
};

export class Signature {
  /** Fewest arguments, if the context stands in where it may. */
  readonly least: number;
  /** Fewest arguments when there is no context. */
  readonly leastAlone: number;
  readonly most: number;
  private readonly parameters: readonly Parameter[];
  private readonly pattern: RegExp;
  /** How many arguments each parameter takes, by the types of the arguments. */
  private readonly shares = new Map<string, readonly number[] | undefined>();

  constructor(notation: string) {
    this.parameters = parametersOf(notation);
    this.pattern = new RegExp(
      `^${this.parameters.map((parameter) => `(${patternOf(parameter)})`).join('')}$`,
    );
    this.leastAlone = this.parameters.filter(({ optional }) => !optional).length;
    this.least = this.parameters.filter(({ optional, context }) => !optional && !context).length;
    this.most = this.parameters.some(({ many }) => many) ? Number.POSITIVE_INFINITY : this.parameters.length;
  }

  /** The arguments as the function takes them: context filled in, single values made lists. */
  arrange(args: readonly unknown[], context: unknown): unknown[] {
    let types = '';
    for (const arg of args) types += typeLetter(arg);
    let shares = this.shares.get(types);
    if (shares === undefined && !this.shares.has(types)) {
      shares = this.pattern
        .exec(types)
        ?.slice(1)
        .map((taken) => taken.length);
      this.shares.set(types, shares);
    }
    if (shares === undefined) throw this.mismatch(args, types);
    const arranged: unknown[] = [];
    let next = 0;
    for (const [index, parameter] of this.parameters.entries()) {
      const share = shares[index] as number;
      if (share === 0 && parameter.context) {
        arranged.push(contextFor(parameter, context, next));
        continue;
      }
      for (let taken = 0; taken < Math.max(1, share); taken++) {
        arranged.push(argumentFor(parameter, args[next], next));
        next += 1;
      }
    }
    return arranged;
  }

  private mismatch(args: readonly unknown[], types: string): Failure {
    let good = 0;
    let pattern = '^';
    for (const parameter of this.parameters) {
      pattern += patternOf(parameter);
      const match = new RegExp(pattern).exec(types);
      if (match === null) break;
      good = match[0].length;
    }
    return new Failure('T0410', args[good], -1, '', good + 1);
  }
}

function parametersOf(notation: string): Parameter[] {
  const parameters: Parameter[] = [];
  const pattern = /(\([a-z]+\)|[a-z])(?:<([a-z:]+)>)?([-?+]?)/y;
  const end = notation.indexOf(':') < 0 ? notation.length - 1 : notation.lastIndexOf(':');
  pattern.lastIndex = 1;
  while (pattern.lastIndex < end) {
    const match = pattern.exec(notation);
    if (match === null) throw new RangeError(`signature ${notation}`);
    const [, type, items, mark] = match as unknown as [string, string, string | undefined, string];
    parameters.push({ type, items, context: mark === '-', optional: mark === '?', many: mark === '+' });
  }
  return parameters;
}

function patternOf({ type, context, optional, many }: Parameter): string {
  const letters = type.startsWith('(') ? `${type.slice(1, -1)}m` : (CLASSES[type] as string);
  return `[${letters}]${context || optional ? '?' : many ? '+' : ''}`;
}

function contextFor(parameter: Parameter, context: unknown, index: number): unknown {
  const letters = parameter.type.startsWith('(') ? `${parameter.type}m` : (CLASSES[parameter.type] as string);
  if (letters.includes(typeLetter(context))) return context;
  throw new Failure('T0411', context, -1, '', index + 1);
}

function argumentFor({ type, items }: Parameter, value: unknown, index: number): unknown {
  if (type !== 'a' || value === undefined) return value;
  if (!Array.isArray(value)) {
    if (items !== undefined && typeLetter(value) !== items)
      throw new Failure('T0412', value, -1, '', index + 1);
    return [value];
  }
  if (items !== undefined) {
    for (let i = 0; i < value.length; i++) {
      if (typeLetter(value[i]) !== items) throw new Failure('T0412', value, -1, '', index + 1);
    }
  }
  return value;
}

/** m stands for absent. */
export function typeLetter(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 's';
    case 'number':
      return 'n';
    case 'boolean':
      return 'b';
    case 'object':
      if (value === null) return 'l';
      if (Array.isArray(value)) return 'a';
      return value instanceof Callable ? 'f' : 'o';
    default:
      return 'm';
  }
}
