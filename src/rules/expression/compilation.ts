/** Syntax tree → closures: one compilation, which gathers problems and reads. */

import { didYouMean } from '../../core/did-you-mean.ts';
import { compileApplication } from './application.ts';
import { compileArray } from './array-constructor.ts';
import { compileBind, compileBlock, compileParent, compileVariable } from './block.ts';
import { compileCall } from './call.ts';
import { compileCondition } from './condition.ts';
import type { Binding, ExpressionProblem, Frame, Scope } from './expression.ts';
import { compileFilters } from './filter.ts';
import { compileLambda } from './lambda.ts';
import { compileGrouping, compileObject } from './object-constructor.ts';
import { compileNegation, compileOperator } from './operator.ts';
import { compilePartial } from './partial.ts';
import { compilePath } from './path.ts';
import { compilePattern } from './pattern-literal.ts';
import { LARGEST_PROGRAM } from './regex/pattern.ts';
import { BUDGET } from './run.ts';
import { isTuples, keep, unwrap } from './sequence.ts';
import type { Node } from './syntax-tree.ts';
import {
  type Code,
  type Compiler,
  constantTerm,
  type Place,
  type Profile,
  type Term,
  termOf,
} from './term.ts';
import { tokenStart } from './token.ts';
import { compileTransform } from './transform.ts';
import { TupleScope } from './tuples.ts';
import { compileDescendants, compileWildcard } from './wildcard.ts';

/** Problems that get a hint: looking for one takes long. */
const MOST_HINTS = 20;
/** Deeper syntax (also long chains like a + b + …) is refused, so that no evaluation can fill the stack. */
const DEEPEST_SYNTAX = 250;

export class Compilation implements Compiler {
  readonly text: string;
  readonly profile: Profile;
  readonly clock: boolean;
  readonly problems: ExpressionProblem[] = [];
  readonly reads = new Set<string>();
  /** What every root name that was found is bound to. */
  readonly bindings = new Map<string, Binding>();
  private whole = false;
  /** Parts compiled: how large the expression is. */
  parts = 0;
  patternRoom = LARGEST_PROGRAM;
  private contextual = false;
  private rootCall = false;
  private readonly scope: Scope;
  private depth = 0;

  constructor(text: string, profile: Profile, scope: Scope, clock = false) {
    this.text = text;
    this.clock = clock;
    this.profile = profile;
    this.scope = scope;
  }

  term(node: Node, place: Place): Term {
    this.depth += 1;
    this.parts += 1;
    try {
      if (this.depth > DEEPEST_SYNTAX) {
        const end = node.position ?? this.text.length;
        const message = `the expression is nested deeper than ${DEEPEST_SYNTAX}`;
        return this.refuse('too_deep', message, end - 1, end);
      }
      return this.attached(node, place, this.bare(node, place));
    } finally {
      this.depth -= 1;
    }
  }

  /** The node without what stands behind it. */
  private bare(node: Node, place: Place): Term {
    switch (node.type) {
      case 'string':
        if ((node.value as string).length > BUDGET.text) break;
        return constantTerm(node.value);
      case 'number':
      case 'value':
        return constantTerm(node.value);
      case 'path':
      case 'name':
        return compilePath(node.type === 'path' ? node : { type: 'path', steps: [node] }, place, this);
      case 'binary':
        return compileOperator(node, place, this);
      case 'unary':
        if (node.value === '[') return compileArray(node, place, this);
        return node.value === '{' ? compileObject(node, place, this) : compileNegation(node, place, this);
      case 'condition':
        return compileCondition(node, place, this);
      case 'block':
        return compileBlock(node, place, this);
      case 'bind':
        return compileBind(node, place, this);
      case 'variable':
        return compileVariable(node, place, this);
      case 'parent':
        return compileParent(node, place);
      case 'wildcard':
        return compileWildcard(node, place, this);
      case 'descendant':
        return compileDescendants(node, place, this);
      case 'regex':
        return compilePattern(node, this);
      case 'lambda':
        return compileLambda(node, place, this);
      case 'function':
        return compileCall(node, place, this);
      case 'partial':
        return compilePartial(node, place, this);
      case 'apply':
        return compileApplication(node, place, this);
      case 'transform':
        return compileTransform(node, place, this);
    }
    const end = node.position ?? this.text.length;
    return this.refuse('unsupported', `${node.type} is not possible here`, end - 1, end);
  }

  /** Adds predicates, grouping and `[]`; paths bring their own. */
  private attached(node: Node, place: Place, bare: Term): Term {
    const { predicate, group } = node;
    if (node.type === 'path' && predicate === undefined) return bare;
    const keeps = node.keepArray === true;
    if (predicate === undefined && group === undefined && !keeps && bare.sequence !== true) return bare;
    // A call in tail position hands its result on as it is.
    if (node.type === 'lambda' && node.thunk === true) return bare;
    if (this.profile === 'rules' && endsInTailCall(node))
      return this.refuseBehindTailCall(predicate?.[0]?.position ?? group?.position);
    let { code } = bare;
    const scope = node.tuple === true ? new TupleScope(node, place) : undefined;
    const inner = scope?.at(false) ?? place;
    if (predicate !== undefined) code = compileFilters(code, predicate, place, this, scope);
    if (group !== undefined && node.type !== 'path') code = compileGrouping(code, group, inner, this, scope);
    const whole = code;
    return {
      code: keeps ? kept(whole) : (run, item, slots) => unwrap(whole(run, item, slots)),
      constant: false,
      layered: true,
    };
  }

  /** The reference would apply it to the call itself instead of its result. */
  private refuseBehindTailCall(position: number | undefined): Term {
    const end = position ?? this.text.length;
    const message = 'nothing may stand behind the last call of a function; give its result a name first';
    return this.refuse('unsupported', message, end - 1, end);
  }

  rootName(name: string, end: number): Term {
    const binding = this.scope.lookup(name);
    if (binding === undefined) {
      const known = [...this.scope.names()];
      if (known.length > 0) return this.unknownName(name, end, known);
      this.reads.add(name);
      return termOf((run) => {
        const { input } = run.frame as Frame;
        return Object.hasOwn(input, name) ? input[name] : undefined;
      });
    }
    this.bindings.set(name, binding);
    if (binding.constant === true) return constantTerm(binding.read(NO_FRAME));
    this.reads.add(name);
    const { read } = binding;
    return termOf((run) => read(run.frame as Frame));
  }

  private unknownName(name: string, end: number, known: readonly string[]): Term {
    const start = tokenStart(this.text, end, name.length);
    const what = /^(event|input)/.test(this.scope.describe) ? 'field' : 'feature';
    const meant = this.meant(name, known);
    const hint = meant === undefined ? undefined : `did you mean \`${meant}\`?`;
    const message = `unknown ${what} \`${name}\` of ${this.scope.describe}`;
    return this.refuse('unknown_name', message, start, end, hint);
  }

  /** Whether the whole input may be read. */
  get everything(): boolean {
    return this.whole || (this.contextual && this.rootCall);
  }

  meant(word: string, known: Iterable<string>): string | undefined {
    return this.problems.length < MOST_HINTS ? didYouMean(word, known) : undefined;
  }

  noteRead(name?: string, end?: number): void {
    if (name === undefined) {
      this.whole = true;
      return;
    }
    this.reads.add(name);
    const known = [...this.scope.names()];
    if (end !== undefined && known.length > 0 && !known.includes(name)) this.unknownName(name, end, known);
  }

  noteContextual(): void {
    this.contextual = true;
  }

  /** A function that is only known when it runs is called where the context is the whole input. */
  noteRootCall(): void {
    this.rootCall = true;
  }

  refuse(code: string, message: string, start: number, end: number, hint?: string): Term {
    const problem = { code, message, start: Math.max(0, start), end };
    this.problems.push(hint === undefined ? problem : { ...problem, hint });
    return termOf(() => undefined);
  }
}

/** `[]` behind a part: a single item stays a list. */
function kept(code: Code): Code {
  return (run, item, slots) => {
    const value = code(run, item, slots);
    if (!isTuples(value)) keep(value);
    return unwrap(value);
  };
}

/** Whether the value of the node may be that of a call in tail position. */
function endsInTailCall(node: Node | undefined): boolean {
  if (node?.type === 'lambda') return node.thunk === true;
  if (node?.type === 'block') return endsInTailCall(node.expressions?.at(-1));
  return node?.type === 'condition' && (endsInTailCall(node.then) || endsInTailCall(node.else));
}

/** Constants are read while compiling, when there is no frame yet. */
const NO_FRAME: Frame = { slots: [], input: {}, time: 0, zone: 'UTC', currency: 'EUR' };
