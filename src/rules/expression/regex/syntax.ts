/** Text of a regular expression → tree, by the grammar of JavaScript without flag u; V8 has accepted it before. */

import { complement, DIGITS, LINE_ENDS, type Ranges, SPACES, WORD } from './character-set.ts';

export type Tree =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly ranges: Ranges; readonly negated: boolean }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Tree[] }
  | { readonly kind: 'choice'; readonly options: readonly Tree[] }
  | { readonly kind: 'group'; readonly number: number; readonly body: Tree }
  | Repeat;

export interface Repeat {
  readonly kind: 'repeat';
  readonly body: Tree;
  readonly least: number;
  readonly most: number;
  readonly lazy: boolean;
  /** The groups within the body: each round begins without what they took before. */
  readonly groups: readonly [first: number, behind: number];
}

export type Assertion = 'start' | 'end' | 'border' | 'inside';

/** What cannot be matched in linear time, or is too large. */
export class PatternProblem extends Error {}

const DEEPEST_GROUPS = 50;

const CONTROL: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

interface Atom {
  readonly ranges: Ranges;
  /** A single unit, which may begin or end a range of a class. */
  readonly unit?: number;
}

export class PatternSyntax {
  /** Groups that capture. */
  groups = 0;
  private at = 0;
  private depth = 0;
  private readonly source: string;
  private readonly groupCount: number;
  private readonly named: boolean;

  constructor(source: string) {
    this.source = source;
    const { count, named } = countGroups(source);
    this.groupCount = count;
    this.named = named;
  }

  parse(): Tree {
    return this.choice();
  }

  private choice(): Tree {
    const options = [this.sequence()];
    while (this.source[this.at] === '|') {
      this.at += 1;
      options.push(this.sequence());
    }
    return options.length === 1 ? (options[0] as Tree) : { kind: 'choice', options };
  }

  private sequence(): Tree {
    const parts: Tree[] = [];
    while (this.at < this.source.length && !'|)'.includes(this.source[this.at] as string))
      parts.push(this.repeated());
    return { kind: 'sequence', parts };
  }

  private repeated(): Tree {
    const first = this.groups + 1;
    const body = this.atom();
    const counts = this.quantifier();
    if (counts === undefined) return body;
    const lazy = this.source[this.at] === '?';
    if (lazy) this.at += 1;
    const [least, most] = counts;
    return { kind: 'repeat', body, least, most, lazy, groups: [first, this.groups + 1] };
  }

  private quantifier(): readonly [number, number] | undefined {
    const sign = this.source[this.at];
    const simple = {
      '*': [0, Number.POSITIVE_INFINITY],
      '+': [1, Number.POSITIVE_INFINITY],
      '?': [0, 1],
    } as const;
    if (sign === '*' || sign === '+' || sign === '?') {
      this.at += 1;
      return simple[sign];
    }
    const counts =
      sign === '{' ? /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.source.slice(this.at, this.at + 40)) : null;
    if (counts === null) return undefined;
    this.at += counts[0].length;
    const least = Number(counts[1]);
    if (counts[2] === undefined) return [least, least];
    return [least, counts[3] === '' ? Number.POSITIVE_INFINITY : Number(counts[3])];
  }

  private atom(): Tree {
    const sign = this.source[this.at] as string;
    this.at += 1;
    switch (sign) {
      case '^':
        return { kind: 'assertion', what: 'start' };
      case '$':
        return { kind: 'assertion', what: 'end' };
      case '.':
        return { kind: 'set', ranges: LINE_ENDS, negated: true };
      case '(':
        return this.group();
      case '[':
        return this.characterClass();
      case '\\':
        return this.escape();
      default:
        return unitTree(sign.charCodeAt(0));
    }
  }

  private group(): Tree {
    this.depth += 1;
    if (this.depth > DEEPEST_GROUPS) throw new PatternProblem('groups are nested too deep');
    let number = 0;
    if (this.source[this.at] !== '?') {
      this.groups += 1;
      number = this.groups;
    } else if (this.source.startsWith('?:', this.at)) this.at += 2;
    else if (/^\?<[^=!]/.test(this.source.slice(this.at, this.at + 3))) {
      this.groups += 1;
      number = this.groups;
      this.at = this.source.indexOf('>', this.at) + 1;
    } else throw new PatternProblem('looking ahead or behind, and flags within a pattern, are not possible');
    const body = this.choice();
    this.at += 1;
    this.depth -= 1;
    return number === 0 ? body : { kind: 'group', number, body };
  }

  private escape(): Tree {
    const sign = this.source[this.at] as string;
    if (sign === 'b' || sign === 'B') {
      this.at += 1;
      return { kind: 'assertion', what: sign === 'b' ? 'border' : 'inside' };
    }
    const digits = /^[1-9]\d*/.exec(this.source.slice(this.at, this.at + 10));
    const refers = digits !== null && Number(digits[0]) <= this.groupCount;
    if (refers || (sign === 'k' && this.named))
      throw new PatternProblem('a reference to a group is not possible');
    return { kind: 'set', ranges: this.escaped(false).ranges, negated: false };
  }

  private characterClass(): Tree {
    const negated = this.source[this.at] === '^';
    if (negated) this.at += 1;
    const ranges: (readonly [number, number])[] = [];
    while (this.source[this.at] !== ']') {
      const first = this.classAtom();
      const ranged = this.source[this.at] === '-' && this.source[this.at + 1] !== ']';
      if (!ranged) {
        ranges.push(...first.ranges);
        continue;
      }
      this.at += 1;
      const last = this.classAtom();
      if (first.unit !== undefined && last.unit !== undefined) ranges.push([first.unit, last.unit]);
      else ranges.push(...first.ranges, [0x2d, 0x2d], ...last.ranges);
    }
    this.at += 1;
    return { kind: 'set', ranges, negated };
  }

  private classAtom(): Atom {
    const sign = this.source[this.at] as string;
    this.at += 1;
    return sign === '\\' ? this.escaped(true) : single(sign.charCodeAt(0));
  }

  /** What stands behind a backslash, but for references and borders. */
  private escaped(inClass: boolean): Atom {
    const { source } = this;
    const sign = source[this.at] as string;
    const rest = source.slice(this.at, this.at + 5);
    const take = (length: number, unit: number) => {
      this.at += length;
      return single(unit);
    };
    const sets: Readonly<Record<string, Ranges>> = { d: DIGITS, w: WORD, s: SPACES };
    const set = sets[sign.toLowerCase()];
    if (set !== undefined) {
      this.at += 1;
      return { ranges: sign === sign.toLowerCase() ? set : complement(set) };
    }
    const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(rest);
    if (hex !== null) return take(hex[0].length, Number.parseInt(hex[1] ?? (hex[2] as string), 16));
    const letter = (inClass ? /^c([A-Za-z0-9_])/ : /^c([A-Za-z])/).exec(rest);
    if (letter !== null) return take(2, (letter[1] as string).charCodeAt(0) % 32);
    // A lonely \c is a backslash and a c.
    if (sign === 'c') return single(0x5c);
    const octal = /^(?:[0-3][0-7]{0,2}|[4-7][0-7]?)/.exec(rest);
    if (octal !== null) return take(octal[0].length, Number.parseInt(octal[0], 8));
    if (inClass && sign === 'b') return take(1, 8);
    return take(1, CONTROL[sign] ?? sign.charCodeAt(0));
  }
}

function single(unit: number): Atom {
  return { ranges: [[unit, unit]], unit };
}

function unitTree(unit: number): Tree {
  return { kind: 'set', ranges: [[unit, unit]], negated: false };
}

function countGroups(source: string): { count: number; named: boolean } {
  let count = 0;
  let named = false;
  let inClass = false;
  for (let at = 0; at < source.length; at++) {
    const sign = source[at];
    if (sign === '\\') at += 1;
    else if (sign === '[') inClass = true;
    else if (sign === ']') inClass = false;
    else if (sign === '(' && !inClass) {
      const name = source.startsWith('?<', at + 1) && !'=!'.includes(source[at + 3] ?? '=');
      if (name) named = true;
      if (name || source[at + 1] !== '?') count += 1;
    }
  }
  return { count, named };
}
