/** Types of paths: each name must be a field of what stands before it. */

import { didYouMean } from '../../../core/did-you-mean.ts';
import type { Node, Stage } from '../syntax-tree.ts';
import type { Surroundings } from './finding.ts';
import type { Inference } from './inference.ts';
import { keyOf } from './narrowing.ts';
import { sortWords } from './type-words.ts';
import {
  ABSENT,
  ANY,
  eachOf,
  fieldOf,
  gathered,
  leavesOf,
  mayBePresent,
  mayCount,
  OBJECT,
  orAbsent,
  present,
  type ValueType,
} from './value-type.ts';

export function typeOfPath(node: Node, where: Surroundings, walk: Inference): ValueType {
  const path: Node = node.type === 'path' ? node : { type: 'path', steps: [node] };
  const key = keyOf(path);
  const known = key === undefined ? undefined : where.narrowed.get(key);
  const type = typeOfSteps(path, where, walk);
  return known?.type ?? type;
}

function typeOfSteps(node: Node, where: Surroundings, walk: Inference): ValueType {
  const all = node.steps as readonly Node[];
  // Variables bound to items, and looking back from them, are not followed.
  if (node.tuple === true || all.some(carries)) return carried(all, where, walk);
  const steps = withoutRootMark(all, where);
  const atRoot = where.root || steps !== all;
  const [first, ...rest] = steps as [Node, ...Node[]];
  let type =
    atRoot && first.type === 'name' ? walk.root(first.value as string) : firstType(first, where, walk);
  let before: Node = first;
  if (first.stages !== undefined) type = withStages(type, first.stages, walk);
  for (const step of rest) {
    type = stepType(type, step, before, node, walk);
    before = step;
  }
  if (node.predicate !== undefined) type = withStages(type, node.predicate, walk);
  if (node.group !== undefined) {
    const inner = within(eachOf(type));
    for (const pair of node.group.lhs) for (const part of pair) walk.typeOf(part, inner);
    return orAbsent(OBJECT);
  }
  const keeps =
    node.keepArray === true || node.keepSingletonArray === true || all.some((step) => step.keepArray);
  // What `[]` keeps of nothing is a list with a hole.
  return keeps ? ANY : type;
}

function carries({ tuple, focus, index, ancestor, type, stages, predicate }: Node): boolean {
  const marks = [...(stages ?? []), ...(predicate ?? [])].some((stage) => stage.type === 'index');
  return (
    tuple === true || focus !== undefined || index !== undefined || !!ancestor || type === 'parent' || marks
  );
}

/** Only the name at the beginning is noted. */
function carried(steps: readonly Node[], where: Surroundings, walk: Inference): ValueType {
  const [first] = withoutRootMark(steps, where) as [Node];
  if (first.type === 'name' && (where.root || first !== steps[0])) walk.root(first.value as string);
  walk.noteDataRead();
  return ANY;
}

/** `$$.name` is the name of the scope, from anywhere; so is `$.name` where names are those of the scope. */
function withoutRootMark(steps: readonly Node[], { root }: Surroundings): readonly Node[] {
  const [first, second] = steps as [Node, Node?];
  const stands = first.type === 'variable' && first.predicate === undefined && first.stages === undefined;
  const marks = stands && second?.type === 'name' && (first.value === '$' || (first.value === '' && root));
  return marks ? steps.slice(1) : steps;
}

function firstType(first: Node, where: Surroundings, walk: Inference): ValueType {
  if (first.type !== 'name') {
    const { stages: _stages, ...bare } = first;
    const type = walk.typeOf(bare, where);
    return first.type === 'variable' ? type : gathered(type);
  }
  walk.noteDataRead();
  return fieldType(where.context, first, undefined, walk);
}

function stepType(type: ValueType, step: Node, before: Node, path: Node, walk: Inference): ValueType {
  if (step.type === 'name') {
    const result = fieldType(type, step, path.steps?.slice(0, path.steps.indexOf(before) + 1), walk);
    return step.stages === undefined ? result : withStages(result, step.stages, walk);
  }
  const inner = within(eachOf(type));
  if (step.type === 'sort') {
    for (const { expression } of step.terms ?? []) walk.typeOf(expression, inner);
    const sorted = gathered(eachOf(type));
    return step.stages === undefined ? sorted : withStages(sorted, step.stages, walk);
  }
  const { stages, ...bare } = step;
  const result = gathered(walk.typeOf(bare, inner));
  return stages === undefined ? result : withStages(result, stages, walk);
}

function within(context: ValueType): Surroundings {
  return { root: false, context, narrowed: new Map() };
}

/** What predicates leave: some of the items, one of them or none. */
export function withStages(type: ValueType, stages: readonly Stage[], walk: Inference): ValueType {
  let left = type;
  for (const { type: sort, expr } of stages) {
    if (sort !== 'filter') return ANY;
    const item = eachOf(left);
    // The language asks the predicate even of what is absent, and keeps it as a hole where it says yes.
    if (left.absent && expr.type !== 'number' && mayCount(walk.quietly(expr, within(ABSENT)))) left = ANY;
    if (expr.type !== 'number') walk.typeOf(expr, within(item));
    left = left === ANY ? ANY : gathered(item);
  }
  return left;
}

/** The field of an object, or of the objects in a list; `before`: the steps that lead to it. */
function fieldType(
  type: ValueType,
  step: Node,
  before: readonly Node[] | undefined,
  walk: Inference,
): ValueType {
  const name = step.value as string;
  const leaves = present(leavesOf(type));
  const { fields } = leaves;
  if (mayBePresent(leaves) && (fields === undefined || !mayBePresent(fieldOf(fields, name))))
    refuseField(leaves, step, before, walk);
  if (fields === undefined) return ABSENT;
  const field = fieldOf(fields, name);
  const sure = type.items === undefined && !mayBePresent({ ...leaves, fields: undefined });
  if (type.items === undefined && field.items === undefined)
    return sure && !type.absent ? field : orAbsent(field);
  return gathered(field);
}

function refuseField(
  leaves: ValueType,
  step: Node,
  before: readonly Node[] | undefined,
  walk: Inference,
): void {
  const name = step.value as string;
  const owner = before?.length ? walk.quoted({ type: 'path', steps: before }) : undefined;
  if (leaves.functions) return;
  if (leaves.fields === undefined) {
    const what = owner === undefined ? 'what stands before it' : owner;
    walk.report(step, 'error', 'never_works', `${what} is ${sortWords(leaves)} and has no field \`${name}\``);
    return;
  }
  const meant = didYouMean(name, leaves.fields.named.keys());
  const outside =
    owner === undefined && walk.isRoot(name)
      ? `$$.${name} is the ${name} outside of the brackets`
      : undefined;
  const hint = outside ?? (meant === undefined ? undefined : `did you mean \`${meant}\`?`);
  const what = owner === undefined ? 'the items have' : `${owner} has`;
  walk.report(step, 'error', 'never_works', `${what} no field \`${name}\``, { hint });
}
