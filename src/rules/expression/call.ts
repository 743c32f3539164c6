/** $f(a, b): built-in functions directly, everything else by what the name holds when it runs. */

import { type Arguments, Callable, TailCall } from './callable.ts';
import { Failure } from './failure.ts';
import type { Builtin } from './functions/builtin.ts';
import { CATALOGUE, FORBIDDEN, functionNamed } from './functions/catalogue.ts';
import { builtinValue } from './functions/value.ts';
import type { Run } from './run.ts';
import type { Node } from './syntax-tree.ts';
import { type Code, type Compiler, type Place, ROOT, type Slots, type Term, termOf } from './term.ts';
import { tokenStart } from './token.ts';

/** Where a call stands; `piped` is the left side of ~>, the first argument. */
interface Call {
  readonly node: Node;
  readonly place: Place;
  readonly compiler: Compiler;
  readonly args: readonly Term[];
  readonly tail: boolean;
}

export function compileCall(node: Node, place: Place, compiler: Compiler, piped?: Term): Term {
  return compile(node, place, compiler, piped, false);
}

/** The last call of a lambda: its result goes out as it is, and the stack does not grow. */
export function compileTailCall(node: Node, place: Place, compiler: Compiler): Term {
  return termOf(compile(node, place, compiler, undefined, true).code);
}

function compile(node: Node, place: Place, compiler: Compiler, piped: Term | undefined, tail: boolean): Term {
  const procedure = node.procedure as Node;
  const written = (node.arguments ?? []).map((arg) => compiler.term(arg, place));
  const args = piped === undefined ? written : [piped, ...written];
  const call: Call = { node, place, compiler, args, tail };
  if (procedure.type === 'variable' && procedure.predicate === undefined) {
    const name = procedure.value as string;
    if (name !== '' && name !== '$' && place.variables.find(name).length === 0) return named(name, call);
  }
  const bare = bareName(procedure);
  const forgotten = bare !== undefined && CATALOGUE.has(bare.value as string);
  if (bare !== undefined && compiler.profile === 'rules' && (place.root || forgotten))
    return withoutSign(bare, call);
  return dynamic(compiler.term(procedure, place), call, forgotten);
}

export function bareName(procedure: Node): Node | undefined {
  const only = procedure.type === 'path' && procedure.steps?.length === 1 ? procedure.steps[0] : undefined;
  return only?.type === 'name' ? only : undefined;
}

function named(name: string, call: Call): Term {
  const { compiler, node, place } = call;
  const end = (node.procedure as Node).position ?? node.position ?? 0;
  const start = end - name.length - 1;
  const full = compiler.profile === 'full';
  const builtin = functionNamed(name, compiler);
  const forbidden = FORBIDDEN.get(name);
  if (forbidden !== undefined && builtin === undefined)
    return compiler.refuse('forbidden_function', `$${name} ${forbidden}`, start, end);
  if (full && builtin !== undefined) return unlessBound(name, direct(name, builtin, call, end), node);
  if (full) return dynamic(compiler.term(node.procedure as Node, place), call, false);
  if (builtin !== undefined)
    return isCallable(name, builtin, call, start, end) ?? direct(name, builtin, call, end);
  const meant = compiler.meant(name, [...place.variables.names(), ...CATALOGUE.keys()]);
  const hint = meant === undefined ? undefined : `did you mean $${meant}?`;
  return compiler.refuse('unknown_function', `unknown function $${name}`, start, end, hint);
}

/** A variable that is handed over may have the name of a built-in function, but is none. */
function unlessBound(name: string, { code }: Term, node: Node): Term {
  return {
    constant: false,
    sequence: true,
    code: (run, item, slots) => {
      if (run.bindings !== undefined && Object.hasOwn(run.bindings, name))
        throw new Failure('T1006', run.bindings[name], node.position, `$${name}`);
      return code(run, item, slots);
    },
  };
}

/** sum(x) instead of $sum(x). */
function withoutSign(bare: Node, { compiler }: Call): Term {
  const name = bare.value as string;
  const end = bare.position as number;
  const meant = CATALOGUE.has(name) ? name : compiler.meant(name, CATALOGUE.keys());
  const hint = meant === undefined ? undefined : `did you mean $${meant}?`;
  const start = tokenStart(compiler.text, end, name.length);
  return compiler.refuse('unknown_function', `unknown function ${name}`, start, end, hint);
}

/** In rules, what cannot succeed is a problem; undefined: it may. */
function isCallable(name: string, { signature }: Builtin, call: Call, start: number, end: number) {
  const { args, compiler, place, tail } = call;
  if (args.length > signature.most || args.length < signature.least) {
    const wanted = args.length > signature.most ? `at most ${signature.most}` : `at least ${signature.least}`;
    const message = `$${name} takes ${wanted} argument(s), here are ${args.length}`;
    return compiler.refuse('T0410', message, start, end);
  }
  const missing = args.length < signature.leastAlone || signature.takesContext(args.length);
  if (!missing || !(place.root || (tail && args.length < signature.leastAlone))) return undefined;
  const message = `$${name} needs one more argument here: there is no context`;
  return compiler.refuse('T0411', message, start, end);
}

function direct(name: string, builtin: Builtin, call: Call, nameEnd: number): Term {
  const { args, tail, place, compiler } = call;
  const { signature } = builtin;
  const contextual = signature.takesContext(args.length);
  if (contextual && place.root) compiler.noteRead();
  // The context of a call in tail position is that of the call which it ends.
  if (tail && contextual && compiler.profile === 'full') {
    compiler.noteContextual();
    const codes = args.map(({ code }) => code);
    return termOf(
      (run, item, slots) =>
        new TailCall(builtinValue(name, compiler) as Callable, [
          undefined,
          ...codes.map((code) => code(run, item, slots)),
        ]),
    );
  }
  const end = call.node.position ?? nameEnd;
  const none = compiler.profile === 'rules' ? ROOT : null;
  const applied = (run: Run, item: unknown, values: readonly unknown[]) => {
    try {
      return builtin.apply(run, signature.arrange(values, tail ? none : item));
    } catch (error) {
      throw at(error, end, `$${name}`);
    }
  };
  const fits = args.length >= signature.leastAlone && args.length <= signature.most;
  const code = (fits ? builtin.inline?.(args, applied) : undefined) ?? withArguments(args, applied);
  return builtin.sequence ? { code, constant: false, sequence: true } : termOf(code);
}

function withArguments(
  args: readonly Term[],
  applied: (run: Run, item: unknown, values: readonly unknown[]) => unknown,
): Code {
  const codes = args.map(({ code }) => code);
  return (run, item, slots) => {
    const values: unknown[] = [];
    for (let i = 0; i < codes.length; i++) values.push((codes[i] as Code)(run, item, slots));
    return applied(run, item, values);
  };
}

/** `forgotten`: the name of a built-in function without its $. */
function dynamic(procedure: Term, call: Call, forgotten: boolean): Term {
  const { node, args, tail, place, compiler } = call;
  const codes = args.map(({ code }) => code);
  const end = node.position ?? 0;
  const inside = place.root && compiler.profile === 'rules';
  if (place.root) compiler.noteRootCall();
  const token = typeof node.procedure?.value === 'string' ? `$${node.procedure.value}` : 'the function';
  const prepared = (run: Run, item: unknown, slots: Slots, values: Arguments): Callable => {
    const callee = procedure.code(run, item, slots);
    if (forgotten && callee === undefined) throw new Failure('T1005', undefined, end, token);
    for (let i = 0; i < codes.length; i++) {
      const value = (codes[i] as Code)(run, item, slots);
      values.push(value instanceof Callable ? value.detached() : value);
    }
    if (!(callee instanceof Callable)) throw new Failure('T1006', callee, end, token);
    return callee;
  };
  if (tail) {
    return termOf((run, item, slots) => {
      const values: Arguments = [undefined];
      return new TailCall(prepared(run, item, slots, values), values);
    });
  }
  const code: Code = (run, item, slots) => {
    const values: Arguments = [undefined];
    const callee = prepared(run, item, slots, values);
    return callAt(run, callee, values, inside ? null : item, end, token);
  };
  return { code, constant: false, sequence: true };
}

/** Calls a function; what fails inside counts as failed here, as in the reference. */
function callAt(
  run: Run,
  callee: Callable,
  args: Arguments,
  context: unknown,
  end: number,
  token: string,
): unknown {
  try {
    return callee.callIn(run, args, context);
  } catch (error) {
    throw at(error, end, token);
  }
}

function at(error: unknown, end: number, token: string): unknown {
  if (error instanceof Failure) {
    error.position = end;
    if (error.token === '') error.token = token;
  }
  return error;
}
