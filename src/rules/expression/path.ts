/** Paths: a.b[c].{…}^(d), with JSONata's rules for lists (see sequence.ts). */

import { compileFilter } from './filter.ts';
import { namesCode } from './names.ts';
import { compileGrouping } from './object-constructor.ts';
import { Run } from './run.ts';
import { isTuples, isWholeList, keep, newSequence, sequenceOf, unwrap } from './sequence.ts';
import { compileStep, type StepCode } from './step.ts';
import type { Node } from './syntax-tree.ts';
import { type Code, type Compiler, constantTerm, type Place, ROOT, type Term, termOf } from './term.ts';
import { tokenStart } from './token.ts';
import { compileTupleStep, type TupleStepCode } from './tuple-step.ts';
import { type Tuple, TupleScope } from './tuples.ts';

export function compilePath(node: Node, place: Place, compiler: Compiler): Term {
  const steps = withoutRootMark(node.steps as readonly Node[], place, compiler);
  const absolute = steps !== node.steps || place.root;
  const [first, ...rest] = steps as [Node, ...Node[]];
  const plain = isPlainStart(first) && rest.every(isPlainName) && isBare(node);
  const head = first.type === 'name' && absolute ? rootStep(first, rest, compiler) : undefined;
  const whole = compiler.profile === 'full' ? rootMark(steps, place, compiler) : undefined;
  if (whole !== undefined && rest[0]?.type === 'name') compiler.noteRead(nameOf(rest[0]), rest[0].position);
  if (plain && first.type === 'name') return plainPath(head, steps);
  if (plain) return termOf(namesCode((whole ?? compiler.term(first, place)).code, rest.map(nameOf)));
  return {
    code: generalPath(node, steps, head ?? whole, whole !== undefined, place, compiler),
    constant: false,
    layered: true,
  };
}

/** In rules `$$.name`, and `$.name` where the context is the whole input, mean `name` there. */
function withoutRootMark(steps: readonly Node[], place: Place, compiler: Compiler): readonly Node[] {
  const [first, second] = steps as [Node, Node?];
  const stands = second?.type === 'name' && first.predicate === undefined;
  return compiler.profile === 'rules' && stands && isRootMark(first, place) ? steps.slice(1) : steps;
}

function isRootMark({ type, value, stages, group, keepArray, tuple }: Node, place: Place): boolean {
  if (
    type !== 'variable' ||
    stages !== undefined ||
    group !== undefined ||
    keepArray === true ||
    tuple === true
  )
    return false;
  return value === '$' ? place.variables.find('$').length === 0 : value === '' && place.root;
}

/** In the full language the steps behind `$` or `$$` tell which names of the input are read, if one leaves it. */
function rootMark(steps: readonly Node[], place: Place, compiler: Compiler): Term | undefined {
  const [first, ...rest] = steps as [Node, ...Node[]];
  if (!isRootMark(first, place) || rest.every(({ type }) => type === 'sort')) return undefined;
  const code: Code = first.value === '$' ? (run) => run.input : (_run, item) => unwrap(item);
  if (first.predicate === undefined) return termOf(code);
  const atRoot = { root: true, variables: place.variables };
  const filters = first.predicate.map((stage) => compileFilter(stage, atRoot, compiler));
  return termOf((run, item, slots) => {
    let value = code(run, item, slots);
    for (const filter of filters) value = filter(run, value, slots);
    return unwrap(value);
  });
}

function isPlainStart(step: Node): boolean {
  const { type, predicate, stages, tuple } = step;
  return (
    isPlainName(step) ||
    (type === 'variable' && predicate === undefined && stages === undefined && tuple !== true)
  );
}

function nameOf(step: Node): string {
  return step.value as string;
}

function isPlainName(step: Node): boolean {
  const { type, stages, keepArray, tuple } = step;
  return type === 'name' && stages === undefined && keepArray !== true && tuple !== true;
}

function isBare(node: Node): boolean {
  const { group, keepArray, keepSingletonArray, tuple } = node;
  return group === undefined && keepArray !== true && keepSingletonArray !== true && tuple !== true;
}

/** The value of the root name; a constant must have the member that is read from it. */
function rootStep(first: Node, rest: readonly Node[], compiler: Compiler): Term | undefined {
  const name = first.value as string;
  if (compiler.profile === 'full') {
    compiler.noteRead(name, first.position);
    return undefined;
  }
  const end = first.position as number;
  const term = compiler.rootName(name, end);
  const next = rest[0];
  if (!term.constant || next?.type !== 'name' || !isObject(term.value)) return term;
  const member = next.value as string;
  if (Object.hasOwn(term.value, member)) return term;
  const start = tokenStart(compiler.text, end, name.length);
  const message = `\`${name}.${member}\` is not declared`;
  return compiler.refuse('unknown_param', message, start, next.position as number);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function plainPath(head: Term | undefined, steps: readonly Node[]): Term {
  const names = steps.map(nameOf);
  if (head === undefined) return termOf(namesCode(undefined, names));
  if (names.length === 1) return head;
  const code = namesCode(head.code, names.slice(1));
  return head.constant ? constantTerm(code(new Run(), ROOT, [])) : termOf(code);
}

/** `marked`: the first step is the whole input, and the context of the next ones up to the first that leaves it. */
function generalPath(
  node: Node,
  steps: readonly Node[],
  head: Term | undefined,
  marked: boolean,
  place: Place,
  compiler: Compiler,
): Code {
  const first = steps[0] as Node;
  const inner: Place = { root: false, variables: place.variables };
  const start = first.consarray === true ? wholeStep(first, place, compiler) : undefined;
  const carrying = steps.findIndex(
    (step, index) => step.tuple === true && (index > 0 || start === undefined),
  );
  const leaves = marked ? steps.findIndex((step, index) => index > 0 && step.type !== 'sort') : 0;
  const placeOf = (index: number) => (index > 0 && index <= leaves ? { ...inner, root: true } : inner);
  const plain = carrying < 0 ? steps : steps.slice(0, carrying);
  const codes: StepCode[] = plain.map((step, index) => {
    if (index === 0 && start !== undefined) return start;
    if (index > 0 && index === leaves && step.type === 'name') compiler.noteRead(nameOf(step));
    const value =
      index === 0 ? (head ?? stepTerm(step, place, compiler)) : stepTerm(step, placeOf(index), compiler);
    const last = index === steps.length - 1;
    const beforeOrder = steps[index + 1]?.type === 'sort';
    const behind = step.type === 'sort' ? placeOf(index) : inner;
    return compileStep(step, value, { last, beforeOrder }, behind, compiler);
  });
  const atRoot = place.root && compiler.profile === 'rules';
  const overItems = head === undefined && !atRoot && first.type !== 'variable';
  const scope = carrying < 0 ? undefined : new TupleScope(node, place);
  const atInput = carrying === 0 ? place.root : placeOf(carrying).root;
  const carried =
    scope === undefined ? undefined : tupleSteps(steps, carrying, head, atInput, scope, compiler);
  const bound = carried?.codes ?? [];
  const keeps = node.keepSingletonArray === true;
  const grouping = node.group;
  const carries = node.tuple === true || grouping !== undefined;
  const collected: Code = (run, item, slots) => {
    let input: unknown =
      overItems && Array.isArray(item) ? item : start === undefined ? [item] : sequenceOf(item);
    for (let i = 0; i < codes.length; i++) {
      input = (codes[i] as StepCode)(run, input as unknown[], slots);
      if (input === undefined || (input as unknown[]).length === 0) return keeps ? kept(input) : input;
    }
    if (bound.length > 0) {
      let tuples: unknown[] | undefined;
      for (const code of bound) tuples = code(run, input as unknown[], tuples, slots);
      input = carries ? tuples : itemsOf(tuples as Tuple[]);
    }
    return keeps ? kept(input) : input;
  };
  const result =
    grouping === undefined
      ? collected
      : compileGrouping(collected, grouping, carried?.place ?? inner, compiler, scope);
  if (node.keepArray !== true) return (run, item, slots) => unwrap(result(run, item, slots));
  return (run, item, slots) => {
    const value = result(run, item, slots);
    if (!isTuples(value)) keep(value);
    return unwrap(value);
  };
}

function tupleSteps(
  steps: readonly Node[],
  from: number,
  head: Term | undefined,
  atInput: boolean,
  scope: TupleScope,
  compiler: Compiler,
): { codes: TupleStepCode[]; place: Place } {
  // Steps that bind `@` leave the context as it was: the whole input, perhaps.
  let root = atInput;
  const codes = steps.slice(from).map((step, offset) => {
    const before = scope.at(root);
    const isHead = from === 0 && offset === 0;
    if (root && step.ancestor !== undefined) wholeInput(step, compiler);
    const value =
      (isHead ? head : undefined) ?? nameTerm(step, before, compiler) ?? stepTerm(step, before, compiler);
    root &&= step.focus !== undefined || step.type === 'sort';
    return compileTupleStep(step, value, root, scope, compiler);
  });
  return { codes, place: scope.at(root) };
}

/** A name whose context is the whole input, behind steps that bind `@`. */
function nameTerm(step: Node, place: Place, compiler: Compiler): Term | undefined {
  return step.type === 'name' && place.root ? rootStep(step, [], compiler) : undefined;
}

function wholeInput(step: Node, compiler: Compiler): void {
  compiler.noteRead();
  const end = step.position ?? compiler.text.length;
  if (compiler.profile === 'rules')
    compiler.refuse(
      'bare_root',
      'the `%` behind it means the whole input, which is not available in rules; name what you need',
      end - 1,
      end,
    );
}

function itemsOf(tuples: readonly Tuple[]): unknown[] {
  const items = newSequence();
  for (let i = 0; i < tuples.length; i++) items.push((tuples[i] as Tuple)['@']);
  return items;
}

/** Names are fields of the step's items: the step reads them itself. */
function stepTerm(step: Node, place: Place, compiler: Compiler): Term | undefined {
  return step.type === 'name' || step.type === 'sort' ? undefined : compiler.term(step, place);
}

/** A written list at the beginning is evaluated once, over all of the context. */
function wholeStep(first: Node, place: Place, compiler: Compiler): StepCode {
  const { code } = compiler.term(first, place);
  if (place.root && compiler.profile === 'rules')
    return (run, _input, slots) => code(run, ROOT, slots) as unknown[];
  return (run, input, slots) => code(run, input, slots) as unknown[];
}

function kept(value: unknown): unknown {
  const list = isWholeList(value) ? sequenceOf(value) : value;
  if (!isTuples(list)) keep(list);
  return list;
}
