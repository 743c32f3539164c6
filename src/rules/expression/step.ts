/** One step of a path, over everything that the step before gave. */

import { readField } from './field.ts';
import { compileFilter, type FilterCode } from './filter.ts';
import { nameStep } from './names.ts';
import { compileOrder } from './order.ts';
import type { Run } from './run.ts';
import { Gathering } from './sequence.ts';
import type { Node } from './syntax-tree.ts';
import type { Code, Compiler, Place, Slots, Term } from './term.ts';

export type StepCode = (run: Run, input: readonly unknown[], slots: Slots) => unknown[];

/** `value` is what the step means for one item; names and orders need none. */
export function compileStep(
  step: Node,
  value: Term | undefined,
  last: boolean,
  inner: Place,
  compiler: Compiler,
): StepCode {
  const filters = (step.stages ?? []).map((stage) => compileFilter(stage, inner, compiler));
  if (step.type === 'sort') return orderedStep(compileOrder(step, inner, compiler), filters);
  const name = step.value as string;
  const reads = value === undefined;
  if (reads && filters.length === 0) return (run, input) => nameStep(run, input, name, last);
  const code: Code = reads ? (run, item) => readField(run, item, name) : value.code;
  return (run, input, slots) => {
    run.spend(input.length);
    const gathering = new Gathering();
    for (let i = 0; i < input.length; i++) {
      let result = code(run, input[i], slots);
      for (let f = 0; f < filters.length; f++) result = (filters[f] as FilterCode)(run, result, slots);
      if (result !== undefined) gathering.add(result);
    }
    return gathering.done(last);
  };
}

function orderedStep(order: StepCode, filters: readonly FilterCode[]): StepCode {
  return (run, input, slots) => {
    let result: unknown[] = order(run, input, slots);
    for (const filter of filters) result = filter(run, result, slots);
    return result;
  };
}
