/** Predicates: [condition] keeps items, [number] takes one, [list of numbers] takes several. */

import { finiteNumber } from './finite-number.ts';
import type { Run } from './run.ts';
import { isTuples, newSequence, newTuples, type Sequence } from './sequence.ts';
import type { Stage } from './syntax-tree.ts';
import type { Code, Compiler, Place, Slots } from './term.ts';
import { isTrue } from './truth.ts';
import { memberOf, type Tuple, type TupleScope } from './tuples.ts';

export type FilterCode = (run: Run, value: unknown, slots: Slots) => unknown[];

/** Adds predicates to a part that is no path. */
export function compileFilters(
  code: Code,
  stages: readonly Stage[],
  place: Place,
  compiler: Compiler,
  scope?: TupleScope,
): Code {
  const inner = scope === undefined ? { root: false, variables: place.variables } : scope.at(false);
  const filters = stages.map((stage) => compileFilter(stage, inner, compiler, scope));
  return (run, item, slots) => {
    let value = code(run, item, slots);
    for (let i = 0; i < filters.length; i++) value = (filters[i] as FilterCode)(run, value, slots);
    return value;
  };
}

/** `scope`: the items may be tuples. */
export function compileFilter(
  stage: Stage,
  inner: Place,
  compiler: Compiler,
  scope?: TupleScope,
): FilterCode {
  if (stage.type === 'index') return numbered(stage.value as string);
  const { expr: predicate } = stage;
  if (predicate.type === 'number' && predicate.predicate === undefined)
    return takeOne(predicate.value as number);
  const { code } = compiler.term(predicate, inner);
  if (scope !== undefined) return ofTuples(code, scope);
  return (run, value, slots) => {
    const input: readonly unknown[] = Array.isArray(value) ? value : [value];
    run.spend(input.length);
    const kept = newSequence();
    for (let i = 0; i < input.length; i++) {
      const item = input[i];
      const answer = code(run, item, slots);
      if (answer === true) kept.push(item);
      else if (answer !== false && answer !== undefined) take(run, kept, item, answer, i, input.length);
    }
    return kept;
  };
}

function ofTuples(code: Code, scope: TupleScope): FilterCode {
  return (run, value, slots) => {
    const input: readonly unknown[] = Array.isArray(value) ? value : [value];
    const kept = isTuples(value) ? newTuples() : newSequence();
    run.spend((10 + scope.size) * input.length);
    for (let i = 0; i < input.length; i++) {
      const member = memberOf(value, input[i], scope, slots);
      const answer = code(run, member.item, member.slots);
      if (answer !== false && answer !== undefined) take(run, kept, input[i], answer, i, input.length);
    }
    return kept;
  };
}

/** `[…]#$i`: where the item stands among those that are left. */
function numbered(name: string): FilterCode {
  return (run, value) => {
    const tuples = value as Tuple[];
    run.spend(tuples.length);
    for (let i = 0; i < tuples.length; i++) (tuples[i] as Tuple)[name] = i;
    return tuples;
  };
}

function takeOne(position: number): FilterCode {
  const whole = Math.floor(position);
  return (_run, value) => {
    const input: readonly unknown[] = Array.isArray(value) ? value : [value];
    const item = input[whole < 0 ? input.length + whole : whole];
    if (Array.isArray(item)) return item;
    const kept = isTuples(value) ? newTuples() : newSequence();
    if (item !== undefined) kept.push(item);
    return kept;
  };
}

/** Numbers are positions, from the end when negative; anything else is a condition. */
function take(run: Run, kept: Sequence, item: unknown, answer: unknown, index: number, length: number): void {
  if (finiteNumber(answer)) {
    if (isAt(answer, index, length)) kept.push(item);
    return;
  }
  if (!Array.isArray(answer) || !answer.every(finiteNumber)) {
    if (isTrue(answer)) kept.push(item);
    return;
  }
  run.spend(answer.length);
  for (const position of answer) if (isAt(position, index, length)) kept.push(item);
}

function isAt(position: number, index: number, length: number): boolean {
  const whole = Math.floor(position);
  return (whole < 0 ? length + whole : whole) === index;
}
