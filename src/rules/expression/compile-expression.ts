/** Compiles an expression: text → syntax tree → closures, with every problem at its place. */

import { didYouMean } from '../../core/did-you-mean.ts';
import { compileApplication } from './application.ts';
import { compileArray } from './array-constructor.ts';
import { compileBind, compileBlock, compileVariable } from './block.ts';
import { compileCall } from './call.ts';
import { compileCondition } from './condition.ts';
import {
  type Compiled,
  type Expression,
  ExpressionError,
  type ExpressionProblem,
  type Frame,
  type Scope,
} from './expression.ts';
import { Failure } from './failure.ts';
import { compileFilters } from './filter.ts';
import { compileLambda } from './lambda.ts';
import { compileGrouping, compileObject } from './object-constructor.ts';
import { compileNegation, compileOperator } from './operator.ts';
import { parse } from './parse.ts';
import { compilePath } from './path.ts';
import { settled } from './result.ts';
import { LONGEST_TEXT, MOST_STEPS, Run } from './run.ts';
import { keep, unwrap } from './sequence.ts';
import type { Node } from './syntax-tree.ts';
import {
  type Code,
  type Compiler,
  constantTerm,
  type Place,
  ROOT,
  type Slots,
  type Term,
  termOf,
} from './term.ts';
import { tokenStart } from './token.ts';
import { refuseUnsupported } from './unsupported.ts';
import { boundNames, freshSlots, Variables } from './variables.ts';

/** Deeper syntax (also long chains like a + b + …) is refused, so that no evaluation can fill the stack. */
const DEEPEST_SYNTAX = 250;

export function compileExpression(text: string, scope: Scope): Compiled {
  const parsed = parse(text);
  if (!parsed.ok) return { ok: false, problems: [parsed.problem] };
  const compilation = new Compilation(text, scope);
  const variables = new Variables(undefined, [], boundNames([parsed.tree]));
  const { code } = compilation.term(parsed.tree, { root: true, variables });
  if (compilation.problems.length > 0) return { ok: false, problems: compilation.problems };
  return { ok: true, expression: expressionOf(text, [...compilation.reads], code, variables.size) };
}

function expressionOf(text: string, reads: readonly string[], code: Code, size: number): Expression {
  const run = new Run();
  const none: Slots = [];
  const evaluate = (frame: Frame): unknown => {
    run.frame = frame;
    run.steps = MOST_STEPS;
    run.depth = 0;
    run.nested = false;
    try {
      return settled(run, code(run, ROOT, size === 0 ? none : freshSlots(none, size)));
    } catch (error) {
      throw expressionError(error);
    } finally {
      run.frame = undefined;
    }
  };
  return { text, reads, evaluate };
}

function expressionError(error: unknown): unknown {
  if (error instanceof Failure)
    return new ExpressionError(error.code, error.message, Math.max(0, error.position));
  if (error instanceof RangeError)
    return new ExpressionError('over_budget', 'the evaluation is nested too deep', 0);
  return error;
}

class Compilation implements Compiler {
  readonly text: string;
  readonly problems: ExpressionProblem[] = [];
  readonly reads = new Set<string>();
  private readonly scope: Scope;
  private depth = 0;

  constructor(text: string, scope: Scope) {
    this.text = text;
    this.scope = scope;
  }

  term(node: Node, place: Place): Term {
    this.depth += 1;
    try {
      if (this.depth > DEEPEST_SYNTAX) {
        const end = node.position ?? this.text.length;
        return this.refuse(
          'too_deep',
          `the expression is nested deeper than ${DEEPEST_SYNTAX}`,
          end - 1,
          end,
        );
      }
      const refused = refuseUnsupported(node, this);
      return refused ?? this.attached(node, place, this.bare(node, place));
    } finally {
      this.depth -= 1;
    }
  }

  /** The node without what stands behind it. */
  private bare(node: Node, place: Place): Term {
    switch (node.type) {
      case 'string':
        if ((node.value as string).length > LONGEST_TEXT) break;
        return constantTerm(node.value);
      case 'number':
      case 'value':
        return constantTerm(node.value);
      case 'path':
        return compilePath(node, place, this);
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
      case 'lambda':
        return compileLambda(node, place, this);
      case 'function':
        return compileCall(node, place, this);
      case 'apply':
        return compileApplication(node, place, this);
    }
    const end = node.position ?? this.text.length;
    return this.refuse('unsupported', `${node.type} is not supported yet in rules`, end - 1, end);
  }

  /** Adds predicates, grouping and `[]`; paths bring their own. */
  private attached(node: Node, place: Place, bare: Term): Term {
    if (node.type === 'path') return bare;
    const { predicate, group } = node;
    const keeps = node.keepArray === true;
    if (predicate === undefined && group === undefined && !keeps && bare.sequence !== true) return bare;
    // A call in tail position hands its result on as it is.
    if (node.type === 'lambda' && node.thunk === true) return bare;
    if (endsInTailCall(node)) return this.refuseBehindTailCall(predicate?.[0]?.position ?? group?.position);
    let { code } = bare;
    if (predicate !== undefined) code = compileFilters(code, predicate, place, this);
    if (group !== undefined) code = compileGrouping(code, group, place, this);
    const inner = code;
    return {
      code: keeps ? kept(inner) : (run, item, slots) => unwrap(inner(run, item, slots)),
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
    if (binding.constant === true) return constantTerm(binding.read(NO_FRAME));
    this.reads.add(name);
    const { read } = binding;
    return termOf((run) => read(run.frame as Frame));
  }

  private unknownName(name: string, end: number, known: readonly string[]): Term {
    const start = tokenStart(this.text, end, name.length);
    const what = this.scope.describe.startsWith('event') ? 'field' : 'feature';
    const meant = didYouMean(name, known);
    const hint = meant === undefined ? undefined : `did you mean \`${meant}\`?`;
    return this.refuse(
      'unknown_name',
      `unknown ${what} \`${name}\` of ${this.scope.describe}`,
      start,
      end,
      hint,
    );
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
    keep(value);
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
