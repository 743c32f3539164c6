/** Paths: a.b[c].{…}^(d), with JSONata's rules for lists (see sequence.ts). */

import { namesCode } from './names.ts';
import { compileGrouping } from './object-constructor.ts';
import { Run } from './run.ts';
import { isWholeList, keep, sequenceOf, unwrap } from './sequence.ts';
import { compileStep, type StepCode } from './step.ts';
import type { Node } from './syntax-tree.ts';
import { type Code, type Compiler, constantTerm, type Place, ROOT, type Term, termOf } from './term.ts';
import { tokenStart } from './token.ts';
import { refuseUnsupported } from './unsupported.ts';

export function compilePath(node: Node, place: Place, compiler: Compiler): Term {
  const steps = withoutRootMark(node.steps as readonly Node[], place);
  const absolute = steps !== node.steps || place.root;
  const [first, ...rest] = steps as [Node, ...Node[]];
  for (const step of steps) {
    const refused = isBinding(step) ? refuseUnsupported(step, compiler) : undefined;
    if (refused !== undefined) return refused;
  }
  const plain = isPlainStart(first) && rest.every(isPlainName) && isBare(node);
  const head = first.type === 'name' && absolute ? rootStep(first, rest, compiler) : undefined;
  if (plain && first.type === 'name') return plainPath(head, steps);
  if (plain) return termOf(namesCode(compiler.term(first, place).code, rest.map(nameOf)));
  return { code: generalPath(node, steps, head, place, compiler), constant: false, layered: true };
}

/** `$$.name`, and `$.name` where the context is the whole input, mean `name` there. */
function withoutRootMark(steps: readonly Node[], place: Place): readonly Node[] {
  const [first, second] = steps as [Node, Node?];
  const marked = first.type === 'variable' && (first.value === '$' || (first.value === '' && place.root));
  if (!marked || second?.type !== 'name' || first.predicate !== undefined || first.stages !== undefined)
    return steps;
  return steps.slice(1);
}

/** `step@$name` and `step#$name`: names are steps that nobody else looks at. */
function isBinding(step: Node): boolean {
  return step.focus !== undefined || step.index !== undefined;
}

function isPlainStart(step: Node): boolean {
  return (
    isPlainName(step) ||
    (step.type === 'variable' && step.predicate === undefined && step.stages === undefined)
  );
}

function nameOf(step: Node): string {
  return step.value as string;
}

function isPlainName(step: Node): boolean {
  return step.type === 'name' && step.stages === undefined && step.keepArray !== true;
}

function isBare(node: Node): boolean {
  return node.group === undefined && node.keepSingletonArray !== true;
}

/** The value of the root name; a constant must have the member that is read from it. */
function rootStep(first: Node, rest: readonly Node[], compiler: Compiler): Term {
  const name = first.value as string;
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

function generalPath(
  node: Node,
  steps: readonly Node[],
  head: Term | undefined,
  place: Place,
  compiler: Compiler,
): Code {
  const first = steps[0] as Node;
  const whole = first.consarray === true;
  const inner: Place = { root: false, variables: place.variables };
  const start = whole ? wholeStep(first, place, compiler) : undefined;
  const codes: StepCode[] = steps.map((step, index) => {
    if (index === 0 && start !== undefined) return start;
    const value = index === 0 ? (head ?? stepTerm(step, place, compiler)) : stepTerm(step, inner, compiler);
    const last = index === steps.length - 1;
    const beforeOrder = steps[index + 1]?.type === 'sort';
    return compileStep(step, value, { last, beforeOrder }, inner, compiler);
  });
  const overItems = head === undefined && !place.root && first.type !== 'variable';
  const keeps = node.keepSingletonArray === true;
  const collected: Code = (run, item, slots) => {
    let input: unknown =
      overItems && Array.isArray(item) ? item : start === undefined ? [item] : sequenceOf(item);
    for (let i = 0; i < codes.length; i++) {
      input = (codes[i] as StepCode)(run, input as unknown[], slots);
      if (input === undefined || (input as unknown[]).length === 0) break;
    }
    return keeps ? kept(input) : input;
  };
  const grouped =
    node.group === undefined ? collected : compileGrouping(collected, node.group, inner, compiler);
  return (run, item, slots) => unwrap(grouped(run, item, slots));
}

/** Names are fields of the step's items: the step reads them itself. */
function stepTerm(step: Node, place: Place, compiler: Compiler): Term | undefined {
  return step.type === 'name' || step.type === 'sort' ? undefined : compiler.term(step, place);
}

/** A written list at the beginning is evaluated once, over all of the context. */
function wholeStep(first: Node, place: Place, compiler: Compiler): StepCode {
  const { code } = compiler.term(first, place);
  if (place.root) return (run, _input, slots) => code(run, ROOT, slots) as unknown[];
  return (run, input, slots) => code(run, input, slots) as unknown[];
}

function kept(value: unknown): unknown {
  const list = isWholeList(value) ? sequenceOf(value) : value;
  keep(list);
  return list;
}
