/** $f(a, b): built-in functions directly, everything else by what the name holds when it runs. */

import { didYouMean } from '../../core/did-you-mean.ts';
import { type Arguments, Callable, TailCall } from './callable.ts';
import { Failure } from './failure.ts';
import type { Builtin } from './functions/builtin.ts';
import { CATALOGUE, FORBIDDEN, LATER } from './functions/catalogue.ts';
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
  const bare = procedure.type === 'path' && procedure.steps?.length === 1 ? procedure.steps[0] : undefined;
  if (bare?.type === 'name' && (place.root || CATALOGUE.has(bare.value as string)))
    return withoutSign(bare, call);
  return dynamic(compiler.term(procedure, place), call);
}

function named(name: string, call: Call): Term {
  const { compiler, node } = call;
  const end = (node.procedure as Node).position ?? node.position ?? 0;
  const start = end - name.length - 1;
  const builtin = CATALOGUE.get(name);
  if (builtin !== undefined) return direct(name, builtin, call, start, end);
  const forbidden = FORBIDDEN.get(name);
  if (forbidden !== undefined)
    return compiler.refuse('forbidden_function', `$${name} ${forbidden}`, start, end);
  if (LATER.has(name))
    return compiler.refuse('unsupported', `$${name} is not supported yet in rules`, start, end);
  const meant = didYouMean(name, [...call.place.variables.names(), ...CATALOGUE.keys()]);
  const hint = meant === undefined ? undefined : `did you mean $${meant}?`;
  return compiler.refuse('unknown_function', `unknown function $${name}`, start, end, hint);
}

/** sum(x) instead of $sum(x). */
function withoutSign(bare: Node, { compiler }: Call): Term {
  const name = bare.value as string;
  const end = bare.position as number;
  const meant = CATALOGUE.has(name) ? name : didYouMean(name, CATALOGUE.keys());
  const hint = meant === undefined ? undefined : `did you mean $${meant}?`;
  return compiler.refuse(
    'unknown_function',
    `unknown function ${name}`,
    tokenStart(compiler.text, end, name.length),
    end,
    hint,
  );
}

function direct(name: string, builtin: Builtin, call: Call, start: number, nameEnd: number): Term {
  const { args, compiler, place, tail } = call;
  const { signature } = builtin;
  if (args.length > signature.most || args.length < signature.least) {
    const wanted = args.length > signature.most ? `at most ${signature.most}` : `at least ${signature.least}`;
    return compiler.refuse(
      'T0410',
      `$${name} takes ${wanted} argument(s), here are ${args.length}`,
      start,
      nameEnd,
    );
  }
  if (args.length < signature.leastAlone && (place.root || tail)) {
    return compiler.refuse(
      'T0411',
      `$${name} needs one more argument here: there is no context`,
      start,
      nameEnd,
    );
  }
  const end = call.node.position ?? nameEnd;
  const applied = (run: Run, item: unknown, values: readonly unknown[]) => {
    try {
      return builtin.apply(run, signature.arrange(values, tail ? ROOT : item));
    } catch (error) {
      throw at(error, end, `$${name}`);
    }
  };
  const code = builtin.inline?.(args, applied) ?? withArguments(args, applied);
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

function dynamic(procedure: Term, { node, args, tail }: Call): Term {
  const codes = args.map(({ code }) => code);
  const end = node.position ?? 0;
  const token = typeof node.procedure?.value === 'string' ? `$${node.procedure.value}` : 'the function';
  const prepared = (run: Run, item: unknown, slots: Slots, values: Arguments): Callable => {
    const callee = procedure.code(run, item, slots);
    for (let i = 0; i < codes.length; i++) values.push((codes[i] as Code)(run, item, slots));
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
    return callAt(run, prepared(run, item, slots, values), values, end, token);
  };
  return { code, constant: false, sequence: true };
}

/** Calls a function; what fails inside counts as failed here, as in the reference. */
function callAt(run: Run, callee: Callable, args: Arguments, end: number, token: string): unknown {
  try {
    return callee.call(run, args);
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
