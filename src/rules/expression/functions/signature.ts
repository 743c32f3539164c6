/** What arguments a function takes, in JSONata's own notation: `<s-nn?:s>`. */

import { Callable } from '../callable.ts';
import { Failure } from '../failure.ts';
import { Pattern } from '../regex/pattern.ts';

export interface Parameter {
  /** The type letter; choices keep their brackets. */
  readonly type: string;
  /** The letters of arguments that fit. */
  readonly letters: string;
  /** Type of a list's items. */
  items?: string;
  /** The context stands in when it is missing. */
  context?: boolean;
  /** `?`, `+` or nothing, as often as written. */
  marks: string;
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
  l: 'lm',
  o: 'om',
};

export class Signature {
  /** Fewest arguments, if the context stands in where it may. */
  readonly least: number;
  /** Fewest arguments when there is no context. */
  readonly leastAlone: number;
  readonly most: number;
  /** The context may stand in for an argument. */
  readonly contextual: boolean;
  /** Type of the result in the notation; empty when it does not say. */
  readonly result: string;
  readonly parameters: readonly Parameter[];
  private readonly pattern: Pattern;
  /** How many arguments each parameter takes, by the types of the arguments. */
  private readonly shares = new Map<string, readonly number[] | undefined>();

  constructor(notation: string) {
    this.parameters = parametersOf(notation);
    this.pattern = new Pattern(`^${this.parameters.map((part) => `(${patternOf(part)})`).join('')}$`);
    const needed = this.parameters.filter(({ marks }) => !marks.includes('?'));
    this.leastAlone = needed.length;
    this.least = needed.filter(({ context }) => context !== true).length;
    this.most = this.parameters.some(({ marks }) => marks.includes('+'))
      ? Number.POSITIVE_INFINITY
      : this.parameters.length;
    this.contextual = this.parameters.some(({ context }) => context === true);
    this.result = /:([^:]*)>$/.exec(notation)?.[1] ?? '';
  }

  /** Whether arguments with these type letters are taken; what lists hold is not asked. */
  takes(letters: string): boolean {
    return this.pattern.match(letters, 0) !== undefined;
  }

  /** Whether a context that is no scalar may stand in when that many arguments are given. */
  takesContext(given: number): boolean {
    return this.parameters.some(({ context, letters }) => {
      if (context !== true || !letters.includes('o')) return false;
      return given < (letters === ANY ? this.leastAlone : this.parameters.length);
    });
  }

  /** Whether the parameter is a list. */
  takesList(index: number): boolean {
    return this.parameters[index]?.type === 'a';
  }

  /** The arguments as the function takes them: context filled in, single values made lists. */
  arrange(args: readonly unknown[], context: unknown): unknown[] {
    let types = '';
    for (const arg of args) types += typeLetter(arg);
    let shares = this.shares.get(types);
    if (shares === undefined && !this.shares.has(types)) {
      shares = this.pattern.match(types, 0)?.groups.map((taken) => (taken ?? '').length);
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
      if (share === 0) {
        arranged.push(args[next]);
        next += 1;
      }
      for (let taken = 0; taken < share; taken++) {
        arranged.push(
          argumentFor(parameter, args[next], types.slice(next - taken, next - taken + share), next),
        );
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
      const match = new Pattern(pattern).match(types, 0);
      if (match === undefined) break;
      good = match.text.length;
    }
    return new Failure('T0410', args[good], -1, '', good + 1);
  }
}

/** The notation was checked by the parser; what it does not know means nothing. */
function parametersOf(notation: string): Parameter[] {
  const parameters: Parameter[] = [];
  for (let at = 1; at < notation.length && notation[at] !== ':'; at++) {
    const sign = notation[at] as string;
    const last = parameters.at(-1);
    if (sign in CLASSES) parameters.push({ type: sign, letters: CLASSES[sign] as string, marks: '' });
    else if (sign === '(') {
      const close = closing(notation, at, '(', ')');
      const choice = notation.slice(at + 1, close);
      parameters.push({ type: `(${choice})`, letters: `${choice}m`, marks: '' });
      at = close;
    } else if (sign === '<') {
      const close = closing(notation, at, '<', '>');
      if (last !== undefined) last.items = notation.slice(at + 1, close);
      at = close;
    } else if (last !== undefined && '-?+'.includes(sign)) {
      if (sign === '-') last.context = true;
      last.marks += sign === '-' ? '?' : sign;
    }
  }
  for (const parameter of parameters)
    if (parameter.context === true) parameter.marks = parameter.marks.replace('?', '-');
  return parameters;
}

function closing(notation: string, open: number, opening: string, close: string): number {
  let depth = 1;
  let at = open;
  while (at < notation.length && depth > 0) {
    at += 1;
    if (notation[at] === close) depth -= 1;
    else if (notation[at] === opening) depth += 1;
  }
  return at;
}

function patternOf({ letters, marks }: Parameter): string {
  return `[${letters}]${marks.replace('-', '?')}`;
}

function contextFor({ letters }: Parameter, context: unknown, index: number): unknown {
  if (letters.includes(typeLetter(context))) return context;
  throw new Failure('T0411', context, -1, '', index + 1);
}

/** `share`: the types of all arguments that the parameter takes. */
function argumentFor({ type, items }: Parameter, value: unknown, share: string, index: number): unknown {
  if (type !== 'a' || value === undefined) return value;
  if (!Array.isArray(value)) {
    if (items !== undefined && share !== items) throw new Failure('T0412', value, -1, '', index + 1);
    return [value];
  }
  if (items !== undefined && value.length > 0) {
    const wanted = items.charAt(0);
    for (let i = 0; i < value.length; i++) {
      if (typeLetter(value[i]) !== wanted) throw new Failure('T0412', value, -1, '', index + 1);
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
