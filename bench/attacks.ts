/** attacks: expressions made to stall or fill the process, and the longest that any of them holds it up. */

import { compile } from '../src/rules/expression/compile.ts';
import { compileExpression } from '../src/rules/expression/compile-expression.ts';
import { ExpressionError, type Scope } from '../src/rules/expression/expression.ts';
import { ATTACKS, INPUT } from './attacks/corpus.ts';
import type { Bench, Options, Outcome } from './bench.ts';
import { median } from './quantile.ts';
import { number, table } from './table.ts';

/** The names of the input, as those of a lead would be. */
const SCOPE: Scope = {
  describe: 'lead',
  names: () => Object.keys(INPUT),
  lookup: (name) =>
    Object.hasOwn(INPUT, name)
      ? { read: ({ input }) => (input as Record<string, unknown>)[name] }
      : undefined,
};

interface Stall {
  readonly text: string;
  /** Of all runs, the shortest first. */
  readonly compileMs: readonly number[];
  readonly evaluateMs: readonly number[];
  readonly ending: string;
}

/** In CPU time, that of the helpers which compile and collect included. */
function stallOf(text: string, rounds: number): Stall {
  const compileMs: number[] = [];
  const evaluateMs: number[] = [];
  let ending = '';
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    const compiled = attempted(() => compile(text));
    const middle = process.cpuUsage();
    attempted(() => compileExpression(text, SCOPE));
    const between = process.cpuUsage();
    const value = attempted(() => compiled.value?.evaluate(INPUT));
    evaluateMs.push(milliseconds(between, process.cpuUsage()));
    // As a rule and for reports: the slower of the two.
    compileMs.push(Math.max(milliseconds(before, middle), milliseconds(middle, between)));
    ending = compiled.ending ?? value.ending ?? 'value';
  }
  return { text, compileMs, evaluateMs, ending };
}

function attempted<T>(work: () => T): { value?: T; ending?: string } {
  try {
    return { value: work() };
  } catch (error) {
    return { ending: error instanceof ExpressionError ? error.code : `crash: ${String(error)}` };
  }
}

function milliseconds(from: NodeJS.CpuUsage, to: NodeJS.CpuUsage): number {
  return (to.user - from.user + to.system - from.system) / 1000;
}

async function run({ rounds }: Options): Promise<Outcome> {
  const stalls = ATTACKS.map((text) => stallOf(text, rounds as number));
  const slowest = stalls.toSorted((a, b) => worstOf(b) - worstOf(a));
  const crashes = stalls.filter(({ ending }) => ending.startsWith('crash'));
  const rows = slowest
    .slice(0, 12)
    .map(({ text, compileMs, evaluateMs, ending }) => [
      short(text),
      `${number(median(compileMs), 2)} ms`,
      `${number(median(evaluateMs), 2)} ms`,
      `${number(Math.max(...compileMs, ...evaluateMs), 2)} ms`,
      ending,
    ]);
  return {
    table: table([['the slowest, in CPU time', 'compile', 'evaluate', 'slowest run', 'ended with'], ...rows]),
    exact: crashes.length === 0,
    figures: {
      count: stalls.length,
      // The machine has other work: the median of an expression's runs, and the worst of the expressions.
      worst_ms: Math.max(...stalls.map(({ evaluateMs }) => median(evaluateMs))),
      worst_compile_ms: Math.max(...stalls.map(({ compileMs }) => median(compileMs))),
      longest_run_ms: Math.max(
        ...stalls.flatMap(({ compileMs, evaluateMs }) => [...compileMs, ...evaluateMs]),
      ),
      aborted: stalls.filter(({ ending }) => ending !== 'value').length,
      crashes: crashes.map(({ text }) => short(text)),
    },
  };
}

function worstOf({ compileMs, evaluateMs }: Stall): number {
  return Math.max(median(compileMs), median(evaluateMs));
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

export const attacks: Bench = {
  about: 'expressions made to stall or fill the process',
  defaults: { rounds: 11 },
  run,
};
