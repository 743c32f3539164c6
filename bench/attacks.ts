/** attacks: expressions made to stall or fill the process, and the longest that any of them holds it up. */

import { compile } from '../src/rules/expression/compile.ts';
import { ExpressionError } from '../src/rules/expression/expression.ts';
import { ATTACKS, INPUT } from './attacks/corpus.ts';
import type { Bench, Options, Outcome } from './bench.ts';
import { number, table } from './table.ts';

interface Stall {
  readonly text: string;
  readonly compileMs: number;
  readonly evaluateMs: number;
  readonly ending: string;
}

/** In CPU time; the best of several rounds, since the machine has other work. */
function stallOf(text: string, rounds: number): Stall {
  let compileMs = Number.POSITIVE_INFINITY;
  let evaluateMs = Number.POSITIVE_INFINITY;
  let ending = '';
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    const compiled = attempted(() => compile(text));
    const between = process.cpuUsage();
    const value = attempted(() => compiled.value?.evaluate(INPUT));
    compileMs = Math.min(compileMs, milliseconds(before, between));
    evaluateMs = Math.min(evaluateMs, milliseconds(between, process.cpuUsage()));
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
  const slowest = stalls.toSorted(
    (a, b) => Math.max(b.compileMs, b.evaluateMs) - Math.max(a.compileMs, a.evaluateMs),
  );
  const crashes = stalls.filter(({ ending }) => ending.startsWith('crash'));
  const rows = slowest
    .slice(0, 12)
    .map(({ text, compileMs, evaluateMs, ending }) => [
      short(text),
      `${number(compileMs, 2)} ms`,
      `${number(evaluateMs, 2)} ms`,
      ending,
    ]);
  return {
    table: table([['the slowest', 'compile', 'evaluate', 'ended with'], ...rows]),
    exact: crashes.length === 0,
    figures: {
      count: stalls.length,
      worst_ms: Math.max(...stalls.map(({ evaluateMs }) => evaluateMs)),
      worst_compile_ms: Math.max(...stalls.map(({ compileMs }) => compileMs)),
      aborted: stalls.filter(({ ending }) => ending !== 'value').length,
      crashes: crashes.map(({ text }) => short(text)),
    },
  };
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

export const attacks: Bench = {
  about: 'expressions made to stall or fill the process',
  defaults: { rounds: 3 },
  run,
};
