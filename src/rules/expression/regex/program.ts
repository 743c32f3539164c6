/** Tree of a regular expression → instructions for a machine that is in many places at once. */

import { CharacterSet, type Ranges } from './character-set.ts';
import { type Assertion, PatternProblem, PatternSyntax, type Repeat, type Tree } from './syntax.ts';

export type Instruction =
  | { readonly op: 'unit'; readonly set: CharacterSet }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  /** Notes the position in a register. */
  | { readonly op: 'save'; readonly register: number }
  /** Forgets the groups from `first` to before `behind`. */
  | { readonly op: 'forget'; readonly first: number; readonly behind: number }
  /** Goes on only if the position is no longer the one in the register. */
  | { readonly op: 'progress'; readonly register: number }
  | { readonly op: 'assert'; readonly what: Assertion }
  | { readonly op: 'match' };

export interface Program {
  readonly instructions: readonly Instruction[];
  readonly groups: number;
  /** Positions to remember: two for the match and each group, then one for each level of `loops`. */
  readonly registers: number;
  /** How deep loops are nested whose body may take nothing. */
  readonly loops: number;
  readonly lines: boolean;
  readonly size: number;
}

/** Instructions that a set counts for which must know the cases of many letters. */
const WIDE_FOLDING = 30;
/** Each level doubles the states that the machine tells apart. */
const DEEPEST_LOOPS = 6;

/** Throws a PatternProblem if it would have more than `largest` instructions. */
export function compileProgram(source: string, flags: string, largest: number): Program {
  const syntax = new PatternSyntax(source);
  const tree = syntax.parse();
  const writer = new Writer(flags.includes('i'), 2 * (syntax.groups + 1), largest);
  writer.write({ kind: 'group', number: 0, body: tree });
  writer.add({ op: 'match' });
  return {
    instructions: writer.instructions,
    groups: syntax.groups,
    registers: writer.registers + writer.loops,
    loops: writer.loops,
    lines: flags.includes('m'),
    size: writer.size,
  };
}

class Writer {
  readonly instructions: Instruction[] = [];
  readonly registers: number;
  /** Instructions, and what else took long to make. */
  size = 0;
  loops = 0;
  private level = 0;
  private readonly folding: boolean;
  private readonly largest: number;
  /** The sets of single units. */
  private readonly units = new Map<number, CharacterSet>();

  constructor(folding: boolean, registers: number, largest: number) {
    this.folding = folding;
    this.largest = largest;
    this.registers = registers;
  }

  add<T extends Instruction>(instruction: T): T {
    this.grow(1);
    this.instructions.push(instruction);
    return instruction;
  }

  /** Sets of many ranges take longer to make, those without case much longer. */
  private pay(ranges: Ranges): void {
    const wide = this.folding && ranges.some(([first, last]) => last >= 128 && last > first);
    this.grow((ranges.length >> 2) + (wide ? WIDE_FOLDING : 0));
  }

  private grow(by: number): void {
    this.size += by;
    if (this.size > this.largest) throw new PatternProblem('the pattern is too large');
  }

  write(tree: Tree): void {
    switch (tree.kind) {
      case 'empty':
        return;
      case 'set':
        this.pay(tree.ranges);
        this.add({ op: 'unit', set: this.setOf(tree.ranges, tree.negated) });
        return;
      case 'assertion':
        this.add({ op: 'assert', what: tree.what });
        return;
      case 'sequence':
        for (const part of tree.parts) this.write(part);
        return;
      case 'choice':
        this.choice(tree.options);
        return;
      case 'group':
        this.add({ op: 'save', register: 2 * tree.number });
        this.write(tree.body);
        this.add({ op: 'save', register: 2 * tree.number + 1 });
        return;
      case 'repeat':
        this.repeat(tree);
    }
  }

  private setOf(ranges: Ranges, negated: boolean): CharacterSet {
    const [only] = ranges;
    const unit = ranges.length === 1 && !negated && only?.[0] === only?.[1] ? only?.[0] : undefined;
    const known = unit === undefined ? undefined : this.units.get(unit);
    if (known !== undefined) return known;
    const set = new CharacterSet(ranges, negated, this.folding);
    if (unit !== undefined) this.units.set(unit, set);
    return set;
  }

  private choice(options: readonly Tree[]): void {
    const ends: { to: number }[] = [];
    for (const [index, option] of options.entries()) {
      if (index === options.length - 1) {
        this.write(option);
        break;
      }
      const split = this.add({ op: 'split', first: this.next + 1, second: 0 });
      this.write(option);
      ends.push(this.add({ op: 'jump', to: 0 }));
      split.second = this.next;
    }
    for (const end of ends) end.to = this.next;
  }

  private repeat(repeat: Repeat): void {
    const { least, most } = repeat;
    for (let round = 0; round < least; round++) this.round(repeat);
    if (most === Number.POSITIVE_INFINITY) {
      const start = this.next;
      const exit = this.optional(repeat);
      this.add({ op: 'jump', to: start });
      exit(this.next);
      return;
    }
    const exits: ((at: number) => void)[] = [];
    for (let round = least; round < most; round++) exits.push(this.optional(repeat));
    for (const exit of exits) exit(this.next);
  }

  /** A round that may be left out; one that takes nothing does not count. */
  private optional(repeat: Repeat): (exit: number) => void {
    const split = this.add({ op: 'split', first: 0, second: 0 });
    const inside = this.next;
    const still = canBeEmpty(repeat.body);
    const register = this.registers + this.level;
    if (still) {
      this.level += 1;
      this.loops = Math.max(this.loops, this.level);
      if (this.loops > DEEPEST_LOOPS)
        throw new PatternProblem('loops in loops that may take nothing are too deep');
      this.add({ op: 'save', register });
    }
    this.round(repeat);
    if (still) {
      this.level -= 1;
      this.add({ op: 'progress', register });
    }
    return (exit) => {
      split.first = repeat.lazy ? exit : inside;
      split.second = repeat.lazy ? inside : exit;
    };
  }

  private round({ body, groups: [first, behind] }: Repeat): void {
    if (behind > first) this.add({ op: 'forget', first, behind });
    this.write(body);
  }

  private get next(): number {
    return this.instructions.length;
  }
}

function canBeEmpty(tree: Tree): boolean {
  switch (tree.kind) {
    case 'set':
      return false;
    case 'sequence':
      return tree.parts.every(canBeEmpty);
    case 'choice':
      return tree.options.some(canBeEmpty);
    case 'group':
      return canBeEmpty(tree.body);
    case 'repeat':
      return tree.least === 0 || canBeEmpty(tree.body);
    default:
      return true;
  }
}
