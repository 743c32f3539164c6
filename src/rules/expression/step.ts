/** One step of a path, over everything that the step before gave. */

import { fieldNamed, readField } from './field.ts';
import { compileFilter, type FilterCode } from './filter.ts';
import { nameStep } from './names.ts';
import { compileOrder } from './order.ts';
import type { Run } from './run.ts';
import { Gathering, isSequence, isWholeList, newSequence } from './sequence.ts';
import type { Node } from './syntax-tree.ts';
import type { Code, Compiler, Place, Slots, Term } from './term.ts';

export type StepCode = (run: Run, input: readonly unknown[], slots: Slots) => unknown[];

/** Where a step stands in its path. */
export interface StepPlace {
  readonly last: boolean;
  /** An order step follows: it may hand on the very list it gets. */
  readonly beforeOrder: boolean;
}

/** `value` is what the step means for one item; names and orders need none. */
export function compileStep(
  step: Node,
  value: Term | undefined,
  { last, beforeOrder }: StepPlace,
  inner: Place,
  compiler: Compiler,
): StepCode {
  const filters = (step.stages ?? []).map((stage) => compileFilter(stage, inner, compiler));
  if (step.type === 'sort') return orderedStep(compileOrder(step, inner, compiler), filters);
  const field = fieldNamed(String(step.value));
  if (value === undefined && filters.length === 0) return (run, input) => nameStep(run, input, field, last);
  const code: Code = value === undefined ? (run, item) => readField(run, item, field) : value.code;
  if (value?.object === true && filters.length === 0)
    return (run, input, slots) => eachObject(run, input, code, slots);
  const open = !last && !beforeOrder;
  return (run, input, slots) => {
    run.spend(2 * input.length);
    const gathering = new Gathering();
    for (let i = 0; i < input.length; i++) {
      let result = code(run, input[i], slots);
      for (let f = 0; f < filters.length; f++) result = (filters[f] as FilterCode)(run, result, slots);
      if (input.length === 1 && isGathered(result, filters.length > 0, open)) return result;
      if (result !== undefined) gathering.add(result);
    }
    return gathering.done(last);
  };
}

/** Objects need no gathering. */
function eachObject(run: Run, input: readonly unknown[], code: Code, slots: Slots): unknown[] {
  run.spend(2 * input.length);
  const objects = newSequence();
  for (let i = 0; i < input.length; i++) objects.push(code(run, input[i], slots));
  return objects;
}

/** Whether the only result can be taken as it is: a filter's fresh sequence, or any list that is only read. */
function isGathered(result: unknown, filtered: boolean, open: boolean): result is unknown[] {
  if (!Array.isArray(result)) return false;
  return filtered ? isSequence(result) : open && result.length > 0 && !isWholeList(result);
}

function orderedStep(order: StepCode, filters: readonly FilterCode[]): StepCode {
  return (run, input, slots) => {
    let result: unknown[] = order(run, input, slots);
    for (const filter of filters) result = filter(run, result, slots);
    return result;
  };
}
