/** Walks the syntax tree and finds for each part which values it may have, and what can never be. */

import type { Node } from '../syntax-tree.ts';
import { typeOfArithmetic, typeOfNegation } from './arithmetic-types.ts';
import { typeOfCall } from './call-types.ts';
import { checkEquality, checkInclusion, checkOrder } from './comparison-checks.ts';
import type { Finding, Surroundings, Walk } from './finding.ts';
import { asAlternative, narrow } from './narrowing.ts';
import { type NodeSpan, spanOf } from './node-span.ts';
import { typeOfPath, withStages } from './path-types.ts';
import {
  ABSENT,
  ANY,
  eachOf,
  either,
  FUNCTION,
  gathered,
  listOf,
  mayCount,
  mayNotCount,
  NEVER,
  OBJECT,
  objectOf,
  orAbsent,
  TEXT,
  typeOfValue,
  type ValueType,
} from './value-type.ts';

/** Longer parts are not quoted in whole. */
const LONGEST_QUOTE = 48;

export class Inference implements Walk {
  readonly text: string;
  readonly findings: Finding[] = [];
  dataRead = 0;
  private readonly rootName: (name: string) => ValueType | undefined;
  /** Those of which it is known what they hold. */
  private readonly variables = new Map<string, { type: ValueType }>();
  private readonly bound: ReadonlyMap<string, number>;
  private quiet = 0;

  /** `rootName` tells what a name means where names are those of a scope. */
  constructor(text: string, tree: Node, rootName: (name: string) => ValueType | undefined) {
    this.text = text;
    this.rootName = rootName;
    this.bound = bindings(tree);
    for (const [name, places] of this.bound) if (places === 1) this.variables.set(name, { type: NEVER });
  }

  typeOf(node: Node, where: Surroundings): ValueType {
    if (node.type === 'path' || node.type === 'name') return typeOfPath(node, where, this);
    const bare = this.bare(node, where);
    const staged = node.predicate === undefined ? bare : withStages(bare, node.predicate, this);
    const grouped = node.group === undefined ? staged : orAbsent(OBJECT);
    return node.keepArray === true ? ANY : grouped;
  }

  quietly(node: Node, where: Surroundings): ValueType {
    this.quiet += 1;
    const read = this.dataRead;
    try {
      return this.typeOf(node, where);
    } finally {
      this.quiet -= 1;
      this.dataRead = read;
    }
  }

  private bare(node: Node, where: Surroundings): ValueType {
    switch (node.type) {
      case 'string':
      case 'number':
      case 'value':
        return typeOfValue(node.value);
      case 'binary':
        return this.binary(node, where);
      case 'unary':
        if (node.value === '[') return this.list(node, where);
        return node.value === '{' ? this.object(node, where) : typeOfNegation(node, where, this);
      case 'condition':
        return this.condition(node, where);
      case 'block':
        return this.block(node, where);
      case 'bind': {
        const type = this.typeOf(node.rhs as Node, where);
        return this.bind((node.lhs as Node).value as string, type);
      }
      case 'variable':
        return this.variable(node.value as string, where);
      case 'function':
        return typeOfCall(node, where, this);
      case 'lambda':
        return this.lambda(node, where);
      case 'regex':
      case 'transform':
        return FUNCTION;
      case 'apply': {
        const rhs = node.rhs as Node;
        this.typeOf(node.lhs as Node, where);
        if (rhs.type !== 'function') this.typeOf(rhs, where);
        else for (const arg of rhs.arguments ?? []) this.typeOf(arg, where);
        return ANY;
      }
    }
    return ANY;
  }

  private binary(node: Node, where: Surroundings): ValueType {
    const lhs = node.lhs as Node;
    const rhs = node.rhs as Node;
    switch (node.value) {
      case 'and':
        return this.and(lhs, rhs, where);
      case 'or':
        return this.or(lhs, rhs, where);
      case '=':
      case '!=':
        return checkEquality(node, where, this);
      case '<':
      case '<=':
      case '>':
      case '>=':
        return checkOrder(node, where, this);
      case 'in':
        return checkInclusion(node, where, this);
      case '&':
        this.typeOf(lhs, where);
        this.typeOf(rhs, where);
        return TEXT;
      case '..':
        this.typeOf(lhs, where);
        this.typeOf(rhs, where);
        return ANY;
      default:
        return typeOfArithmetic(node, where, this);
    }
  }

  private and(lhs: Node, rhs: Node, where: Surroundings): ValueType {
    const left = this.typeOf(lhs, where);
    const right = this.typeOf(rhs, narrow(lhs, true, where, this));
    return { ...NEVER, yes: mayCount(left) && mayCount(right), no: mayNotCount(left) || mayNotCount(right) };
  }

  private or(lhs: Node, rhs: Node, where: Surroundings): ValueType {
    const left = this.typeOf(lhs, where);
    const right = this.typeOf(rhs, asAlternative(narrow(lhs, false, where, this), where));
    return { ...NEVER, yes: mayCount(left) || mayCount(right), no: mayNotCount(left) && mayNotCount(right) };
  }

  private list(node: Node, where: Surroundings): ValueType {
    let items = NEVER;
    for (const part of node.expressions ?? []) {
      const type = this.typeOf(part, where);
      items = either(items, part.value === '[' ? type : either(type, eachOf(type)));
    }
    const list = listOf(items);
    // A list written at an end of a path may be opened by it.
    return node.consarray === true ? gathered(list) : list;
  }

  private object(node: Node, where: Surroundings): ValueType {
    const named: [string, ValueType][] = [];
    let open = false;
    for (const [key, value] of node.lhs as readonly (readonly [Node, Node])[]) {
      this.typeOf(key, where);
      const type = this.typeOf(value, where);
      if (key.type === 'string') named.push([key.value as string, gathered(type)]);
      else open = true;
    }
    return orAbsent(open ? OBJECT : objectOf(named));
  }

  private condition(node: Node, where: Surroundings): ValueType {
    const condition = node.condition as Node;
    this.typeOf(condition, where);
    const then = this.typeOf(node.then as Node, narrow(condition, true, where, this));
    if (node.else === undefined) return orAbsent(then);
    return either(then, this.typeOf(node.else, narrow(condition, false, where, this)));
  }

  private block(node: Node, where: Surroundings): ValueType {
    let type = ABSENT;
    for (const part of node.expressions ?? []) type = this.typeOf(part, where);
    return type;
  }

  bind(name: string, type: ValueType): ValueType {
    const variable = this.variables.get(name);
    if (variable !== undefined) variable.type = either(variable.type, type);
    return type;
  }

  private variable(name: string, where: Surroundings): ValueType {
    if (name === '') return where.root ? ANY : where.context;
    const variable = this.variables.get(name);
    // A function's body may stand before what it reads.
    return variable === undefined || variable.type === NEVER ? ANY : orAbsent(variable.type);
  }

  private lambda(node: Node, where: Surroundings): ValueType {
    const body = node.body as Node;
    if (node.thunk === true) return this.typeOf(body, where);
    for (const { value } of node.arguments ?? []) this.bind(value as string, ANY);
    this.typeOf(body, where);
    return FUNCTION;
  }

  /** The value of a root name. */
  root(name: string): ValueType {
    if (name !== 'params') this.dataRead += 1;
    return this.rootName(name) ?? ANY;
  }

  isRoot(name: string): boolean {
    return this.rootName(name) !== undefined;
  }

  isBound(name: string): boolean {
    return this.bound.has(name);
  }

  noteDataRead(): void {
    this.dataRead += 1;
  }

  span(node: Node): NodeSpan {
    return spanOf(node, this.text);
  }

  quoted(node: Node): string {
    const { start, end } = this.span(node);
    const text = this.text.slice(start, end).replace(/\s+/g, ' ').replaceAll('`', '');
    return text.length > LONGEST_QUOTE ? `\`${text.slice(0, LONGEST_QUOTE - 1)}…\`` : `\`${text}\``;
  }

  report(
    at: Node,
    severity: Finding['severity'],
    claim: Finding['claim'],
    message: string,
    { hint, whole = at }: { readonly hint?: string | undefined; readonly whole?: Node } = {},
  ): void {
    if (this.quiet > 0) return;
    const finding = { ...this.span(at), severity, claim, whole: this.span(whole), message };
    this.findings.push(hint === undefined ? finding : { ...finding, hint });
  }
}

/** In how many places each variable or parameter is bound: only of one place it is known what it binds. */
function bindings(tree: Node): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const count = (name: unknown, times: number) => {
    if (typeof name === 'string') places.set(name, (places.get(name) ?? 0) + times);
  };
  const visit = (part: unknown) => {
    if (typeof part !== 'object' || part === null || part instanceof RegExp) return;
    const node = part as Node;
    if (node.type === 'bind') count((node.lhs as Node).value, 1);
    if (node.type === 'lambda' && node.thunk !== true)
      for (const parameter of node.arguments ?? []) count(parameter.value, 1);
    count(node.focus, 2);
    count(node.index, 2);
    if (node.type === 'index') count(node.value, 2);
    for (const inner of Object.values(part)) visit(inner);
  };
  visit(tree);
  return places;
}
