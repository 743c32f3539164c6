/** ^(a, >b): orders a list by terms; items without a term's value come last. */

import { Failure } from './failure.ts';
import { mergeSort } from './merge-sort.ts';
import type { Run } from './run.ts';
import type { StepCode } from './step.ts';
import type { Node } from './syntax-tree.ts';
import type { Code, Compiler, Place, Slots } from './term.ts';
import { memberOf, type TupleScope } from './tuples.ts';

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
  const [only] = terms;
  if (only !== undefined && terms.length === 1 && scope === undefined) return byOneTerm(only, end);
  return (run, input, slots) => {
    if (input.length <= 1) return input as unknown[];
    return mergeSort(input, (a, b) => {
      run.spend(1);
      if (scope === undefined) return belongsBehind(run, a, b, terms, slots, slots, end);
      const left = memberOf(input, a, scope, slots);
      const right = memberOf(input, b, scope, slots);
      return belongsBehind(run, left.item, right.item, terms, left.slots, right.slots, end);
    });
  };
}

/** Each item's value is found once, when it is first compared. */
function byOneTerm({ code, descending }: OrderTerm, end: number): StepCode {
  return (run, input, slots) => {
    if (input.length <= 1) return input as unknown[];
    const values: unknown[] = [];
    const places: number[] = [];
    for (let i = 0; i < input.length; i++) places.push(i);
    const found = (place: number) => {
      if (!(place in values)) values[place] = code(run, input[place], slots);
      return values[place];
    };
    const sorted = mergeSort(places, (a, b) => {
      run.spend(1);
      const x = found(a as number);
      const y = found(b as number);
      if (typeof x === 'number' && typeof y === 'number') return x !== y && x < y === descending;
      return comparedBehind(x, y, descending, end) === true;
    });
    for (let i = 0; i < sorted.length; i++) sorted[i] = input[sorted[i] as number];
    return sorted;
  };
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

/** Whether a comes after b. */
function belongsBehind(
  run: Run,
  a: unknown,
  b: unknown,
  terms: readonly OrderTerm[],
  slotsOfA: Slots,
  slotsOfB: Slots,
  end: number,
): boolean {
  for (let i = 0; i < terms.length; i++) {
    const { code, descending } = terms[i] as OrderTerm;
    const x = code(run, a, slotsOfA);
    const y = code(run, b, slotsOfB);
    const behind = comparedBehind(x, y, descending, end);
    if (behind !== undefined) return behind;
  }
  return false;
}

function isOrderable(value: unknown): value is number | string {
  return typeof value === 'number' || typeof value === 'string';
}
