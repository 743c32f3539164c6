/** The whole of JSONata 2.2 for anyone: text in, a synchronous, bounded function of JSON out. */

import { Compilation } from './compilation.ts';
import { expressionError } from './compile-expression.ts';
import { ExpressionError, type Frame, type Scope } from './expression.ts';
import { parse } from './parse.ts';
import { settledJson } from './result.ts';
import { BUDGET, type Budget, Run } from './run.ts';
import { inputItem } from './sequence.ts';
import { boundNames, freshSlots, Variables } from './variables.ts';

export interface CompileOptions {
  /** What is known of the input, as JSON Schema: names that are not among its properties are refused. */
  readonly schema?: { readonly properties: Readonly<Record<string, unknown>> };
  /** What one evaluation may spend; what is not given is as in rules. */
  readonly budget?: Partial<Budget>;
  /** `$now()` and `$millis()` are allowed: the time of the question. */
  readonly clock?: boolean;
  /** The time of the question where `evaluate` gets none, in ms since 1970; 0 if not given. */
  readonly time?: number;
}

export interface CompiledExpression {
  readonly text: string;
  /** Names of the input that may be read, in order of first appearance; `everything`: all of it may be. */
  readonly reads: readonly string[] | 'everything';
  /** Parts of the expression: how much one evaluation costs apart from the data. */
  readonly cost: number;
  /**
   * The value, plain JSON; undefined = absent. Throws an ExpressionError. Never changes its input. Date pictures
   * take what they do not say from `time`.
   */
  evaluate(input: unknown, bindings?: Readonly<Record<string, unknown>>, time?: number): unknown;
}

/**
 * Compiles an expression; throws an ExpressionError with code and position where it cannot.
 *
 * @example
 * const total = compile('$sum(orders.(price * quantity))');
 * total.evaluate({ orders: [{ price: 2, quantity: 3 }, { price: 1, quantity: 4 }] }); // → 10
 * total.reads; // → ['orders']
 *
 * @example
 * compile('channels[cpa > $limit].name').evaluate({ channels: [{ name: 'a', cpa: 9 }] }, { limit: 5 }); // → 'a'
 *
 * @example
 * compile('$match(text, /(\\d+) EUR/).groups[0]').evaluate({ text: 'costs 12 EUR' }); // → '12'
 *
 * @example
 * compile('nothing.here').evaluate({}); // → undefined
 *
 * @example
 * const schema = { properties: { due: { type: 'number' } } };
 * compile('due < $millis()', { schema, clock: true }).evaluate({ due: 5 }, {}, 1_000); // → true
 */
export function compile(text: string, options: CompileOptions = {}): CompiledExpression {
  const parsed = parse(text);
  if (!parsed.ok) throw new ExpressionError(parsed.problem.code, parsed.problem.message, parsed.problem.end);
  const compilation = new Compilation(text, 'full', scopeOf(options), options.clock);
  const variables = new Variables(undefined, [], boundNames([parsed.tree]));
  const { code } = compilation.term(parsed.tree, { root: true, variables });
  const [problem] = compilation.problems;
  if (problem !== undefined) throw new ExpressionError(problem.code, problem.message, problem.end);
  const frame: Frame = { slots: [], input: {}, time: 0, zone: 'UTC', currency: 'EUR' };
  const run = new Run({ ...BUDGET, ...options.budget });
  return {
    text,
    reads: compilation.everything ? 'everything' : [...compilation.reads],
    cost: compilation.parts,
    evaluate(input, bindings, time = options.time ?? 0) {
      run.reset();
      frame.time = time;
      run.frame = frame;
      run.input = input;
      run.bindings = bindings;
      try {
        return settledJson(run, code(run, inputItem(input), freshSlots([], variables.size)));
      } catch (error) {
        throw expressionError(error);
      } finally {
        run.input = undefined;
        run.bindings = undefined;
      }
    },
  };
}

/** Names are fields of the input. */
function scopeOf({ schema }: CompileOptions): Scope {
  const names = Object.keys(schema?.properties ?? {});
  return { describe: 'input', names: () => names, lookup: () => undefined };
}
