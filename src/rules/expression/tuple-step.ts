/** Steps of a path whose items carry variables: step@$name, step#$name, and steps that `%` looks back to. */

import { fieldNamed, readField } from './field.ts';
import { compileFilter } from './filter.ts';
import { compileOrder } from './order.ts';
import type { Run } from './run.ts';
import { isTuples, newTuples } from './sequence.ts';
import type { Node } from './syntax-tree.ts';
import type { Code, Compiler, Slots, Term } from './term.ts';
import { newTuple, type Tuple, type TupleScope } from './tuples.ts';

/** `tuples` are those of the step before, if that had any; else `input` are its items. */
export type TupleStepCode = (
  run: Run,
  input: readonly unknown[],
  tuples: readonly unknown[] | undefined,
  slots: Slots,
) => unknown[];

/** A tuple costs more than an item: it is a new object, and its variables become slots. */
const STEPS_PER_TUPLE = 12;

/** `value` is what the step means for one item; `root`: the context behind the step is the whole input. */
export function compileTupleStep(
  step: Node,
  value: Term | undefined,
  root: boolean,
  scope: TupleScope,
  compiler: Compiler,
): TupleStepCode {
  const place = scope.at(root);
  const stages = (step.stages ?? []).map((stage) => compileFilter(stage, place, compiler, scope));
  const bare =
    step.type === 'sort' ? orderedTuples(step, root, scope, compiler) : boundTuples(step, value, scope);
  return (run, input, tuples, slots) => {
    let result = bare(run, input, tuples, slots);
    for (const stage of stages) result = stage(run, result, slots);
    return result;
  };
}

function orderedTuples(step: Node, root: boolean, scope: TupleScope, compiler: Compiler): TupleStepCode {
  const order = compileOrder(step, scope.at(root), compiler, scope);
  return (run, input, tuples, slots) => {
    if (tuples !== undefined) return order(run, tuples, slots);
    const bound = newTuples();
    const ordered = order(run, input, slots);
    for (let i = 0; i < ordered.length; i++) {
      const tuple = newTuple({ '@': ordered[i] });
      tuple[String(step.index)] = i;
      bound.push(tuple);
    }
    return bound;
  };
}

function boundTuples(step: Node, value: Term | undefined, scope: TupleScope): TupleStepCode {
  const field = fieldNamed(String(step.value));
  const code: Code = value === undefined ? (run, item) => readField(run, item, field) : value.code;
  return (run, input, tuples, slots) => {
    const bound = newTuples();
    const price = STEPS_PER_TUPLE + scope.size;
    const before = tuples ?? input.map((item) => newTuple({ '@': item }));
    run.spend(price * before.length);
    for (const tuple of before as readonly Tuple[]) {
      const item = tuple['@'];
      const result = code(run, item, scope.slots(slots, tuple));
      if (result === undefined) continue;
      const results: readonly unknown[] = Array.isArray(result) ? result : [result];
      run.spend(price * results.length);
      run.boundList(bound.length + results.length);
      for (let i = 0; i < results.length; i++) {
        const next = newTuple(tuple);
        if (isTuples(results)) Object.assign(next, results[i]);
        else bind(next, step, item, results[i], i);
        bound.push(next);
      }
    }
    return bound;
  };
}

function bind(tuple: Tuple, step: Node, item: unknown, result: unknown, position: number): void {
  if (step.focus === undefined) tuple['@'] = result;
  else {
    tuple[step.focus] = result;
    tuple['@'] = item;
  }
  if (step.index !== undefined) tuple[step.index] = position;
  if (step.ancestor !== undefined) tuple[step.ancestor.label] = item;
}
