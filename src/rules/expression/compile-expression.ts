/** Compiles an expression of a rule: text → syntax tree → closures, with every problem at its place. */

import { Compilation } from './compilation.ts';
import { type Compiled, type Expression, ExpressionError, type Scope } from './expression.ts';
import { Failure } from './failure.ts';
import { parse } from './parse.ts';
import { settled } from './result.ts';
import { Run } from './run.ts';
import { type Code, ROOT, type Slots } from './term.ts';
import { boundNames, freshSlots, Variables } from './variables.ts';

export interface ExpressionOptions {
  /** For reports: `$now()` and `$millis()` are the time of the frame. Rules have none. */
  readonly clock?: boolean;
}

export function compileExpression(text: string, scope: Scope, { clock }: ExpressionOptions = {}): Compiled {
  const parsed = parse(text);
  if (!parsed.ok) return { ok: false, problems: [parsed.problem] };
  const compilation = new Compilation(text, 'rules', scope, clock);
  const variables = new Variables(undefined, [], boundNames([parsed.tree]));
  const { code } = compilation.term(parsed.tree, { root: true, variables });
  if (compilation.problems.length > 0) return { ok: false, problems: compilation.problems };
  const { reads, bindings } = compilation;
  const own: Scope = {
    describe: scope.describe,
    names: () => bindings.keys(),
    lookup: (name) => bindings.get(name),
  };
  return { ok: true, expression: expressionOf(text, [...reads], code, variables.size, own) };
}

function expressionOf(
  text: string,
  reads: readonly string[],
  code: Code,
  size: number,
  scope: Scope,
): Expression {
  const run = new Run();
  const none: Slots = [];
  return {
    text,
    reads,
    scope,
    evaluate(frame) {
      run.frame = frame;
      run.reset();
      try {
        return settled(run, code(run, ROOT, size === 0 ? none : freshSlots(none, size)));
      } catch (error) {
        throw expressionError(error);
      } finally {
        run.frame = undefined;
      }
    },
  };
}

/** What an evaluation throws, as its caller sees it. */
export function expressionError(error: unknown): unknown {
  if (error instanceof Failure)
    return new ExpressionError(error.code, error.message, Math.max(0, error.position));
  if (error instanceof RangeError)
    return new ExpressionError('over_budget', 'the evaluation is nested too deep', 0);
  return error;
}
