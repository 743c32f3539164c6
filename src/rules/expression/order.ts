/** ^(a, >b): orders a list by terms; items without a term's value come last. */

import { Failure } from './failure.ts';
import { mergeSort } from './merge-sort.ts';
import type { Run } from './run.ts';
import type { StepCode } from './step.ts';
import type { Node } from './syntax-tree.ts';
import type { Code, Compiler, Place, Slots } from './term.ts';
import { type Member, memberOf, type TupleScope } from './tuples.ts';

const STEPS_PER_COMPARISON = 3;

/** A value that nobody has asked for yet. */
const UNKNOWN: unique symbol = Symbol('unknown');

interface OrderTerm {
  readonly code: Code;
  readonly descending: boolean;
}

/** `scope`: the items may be tuples. */
export function compileOrder(step: Node, inner: Place, compiler: Compiler, scope?: TupleScope): StepCode {
  const end = step.position ?? 0;
  const terms = (step.terms ?? []).map(({ descending, expression }) => ({
    code: compiler.term(expression, inner).code,
    descending,
  }));
  return (run, input, slots) => {
    if (input.length <= 1) return input as unknown[];
    const places: number[] = [];
    for (let i = 0; i < input.length; i++) places.push(i);
    const ranking = new Ranking(run, input, terms, scope, slots);
    const sorted = mergeSort(places, (a, b) => {
      return ranking.belongsBehind(a as number, b as number, end);
    });
    for (let i = 0; i < sorted.length; i++) sorted[i] = input[sorted[i] as number];
    return sorted;
  };
}

/** The values that items are ordered by, each found once, when it is first compared. */
class Ranking {
  private readonly run: Run;
  private readonly input: readonly unknown[];
  private readonly terms: readonly OrderTerm[];
  private readonly scope: TupleScope | undefined;
  private readonly slots: Slots;
  private readonly values: readonly unknown[][];
  private readonly members: Member[] = [];

  constructor(
    run: Run,
    input: readonly unknown[],
    terms: readonly OrderTerm[],
    scope: TupleScope | undefined,
    slots: Slots,
  ) {
    this.run = run;
    this.input = input;
    this.terms = terms;
    this.scope = scope;
    this.slots = slots;
    this.values = terms.map(() => new Array(input.length).fill(UNKNOWN));
  }

  belongsBehind(a: number, b: number, end: number): boolean {
    for (let term = 0; term < this.terms.length; term++) {
      const { descending } = this.terms[term] as OrderTerm;
      this.run.spend(STEPS_PER_COMPARISON);
      const x = this.valueOf(a, term);
      const y = this.valueOf(b, term);
      if (typeof x === 'number' && typeof y === 'number' && x !== y) return x < y === descending;
      const behind = comparedBehind(x, y, descending, end);
      if (behind !== undefined) return behind;
    }
    return false;
  }

  private valueOf(place: number, term: number): unknown {
    const values = this.values[term] as unknown[];
    const known = values[place];
    if (known !== UNKNOWN) return known;
    const { code } = this.terms[term] as OrderTerm;
    const value =
      this.scope === undefined
        ? code(this.run, this.input[place], this.slots)
        : this.valueOfMember(code, this.member(place, this.scope));
    values[place] = value;
    return value;
  }

  private valueOfMember(code: Code, { item, slots }: Member): unknown {
    return code(this.run, item, slots);
  }

  private member(place: number, scope: TupleScope): Member {
    this.members[place] ??= memberOf(this.input, this.input[place], scope, this.slots);
    return this.members[place];
  }
}

/** Whether x comes after y; undefined: the next term decides. */
function comparedBehind(x: unknown, y: unknown, descending: boolean, end: number): boolean | undefined {
  if (x === undefined && y === undefined) return undefined;
  if (x === undefined || y === undefined) return x === undefined;
  if (!isOrderable(x)) throw new Failure('T2008', x, end, '^');
  if (!isOrderable(y)) throw new Failure('T2008', y, end, '^');
  if (typeof x !== typeof y) throw new Failure('T2007', x, end, '^');
  if (x === y) return undefined;
  // Whatever is not smaller counts as larger: not-a-number too.
  const larger = !(x < y);
  return descending ? !larger : larger;
}

function isOrderable(value: unknown): value is number | string {
  return typeof value === 'number' || typeof value === 'string';
}
