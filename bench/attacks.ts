/** attacks: expressions made to stall or fill the process, and the longest that any of them holds it up. */

import { compile } from '../src/rules/expression/compile.ts';
import { ExpressionError } from '../src/rules/expression/expression.ts';
import { ATTACKS, INPUT } from './attacks/corpus.ts';
import type { Bench, Options, Outcome } from './bench.ts';
import { number, table } from './table.ts';

interface Stall {
  readonly text: string;
  readonly milliseconds: number;
  readonly ending: string;
}

/** Compiling and evaluating once, in CPU time; the best of several rounds, since the machine has other work. */
function stallOf(text: string, rounds: number): Stall {
  let milliseconds = Number.POSITIVE_INFINITY;
  let ending = '';
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    ending = endingOf(text);
    const { user, system } = process.cpuUsage(before);
    milliseconds = Math.min(milliseconds, (user + system) / 1000);
  }
  return { text, milliseconds, ending };
}

function endingOf(text: string): string {
  try {
    compile(text).evaluate(INPUT);
    return 'value';
  } catch (error) {
    if (error instanceof ExpressionError) return error.code;
    return `crash: ${String(error)}`;
  }
}

async function run({ rounds }: Options): Promise<Outcome> {
  const stalls = ATTACKS.map((text) => stallOf(text, rounds as number));
  const slowest = stalls.toSorted((a, b) => b.milliseconds - a.milliseconds);
  const crashes = stalls.filter(({ ending }) => ending.startsWith('crash'));
  const aborted = stalls.filter(({ ending }) => ending !== 'value').length;
  const rows = slowest
    .slice(0, 12)
    .map(({ text, milliseconds, ending }) => [short(text), `${number(milliseconds, 2)} ms`, ending]);
  return {
    table: table([['the slowest', 'stall', 'ended with'], ...rows]),
    exact: crashes.length === 0,
    figures: {
      count: stalls.length,
      worst_ms: slowest[0]?.milliseconds ?? 0,
      aborted,
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
