/** expressions: evaluations per second of CPU time, ours against npm jsonata in the same process, taking turns. */

import jsonata from 'jsonata';
import { compileExpression } from '../src/rules/expression/compile-expression.ts';
import type { Frame, Scope } from '../src/rules/expression/expression.ts';
import type { Bench, Options, Outcome } from './bench.ts';
import { EXPRESSIONS, INPUT } from './expressions/corpus.ts';
import { median } from './quantile.ts';
import { number, table } from './table.ts';

const NAMES = Object.keys(INPUT);
const SCOPE: Scope = {
  describe: 'lead',
  names: () => NAMES,
  lookup(name) {
    const slot = NAMES.indexOf(name);
    return slot < 0 ? undefined : { read: ({ slots }) => slots[slot] };
  },
};
const FRAME: Frame = { slots: Object.values(INPUT), input: {}, time: 0, zone: 'UTC', currency: 'EUR' };

interface Pace {
  readonly text: string;
  readonly ours: number;
  readonly theirs: number;
  readonly agree: boolean;
}

/** Both take turns, so that the machine's other work falls on both. */
async function paceOf(text: string, rounds: number, roundMs: number): Promise<Pace> {
  const compiled = compileExpression(text, SCOPE);
  if (!compiled.ok) throw new Error(`${text}: ${JSON.stringify(compiled.problems)}`);
  const { expression } = compiled;
  const reference = jsonata(text);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const mine = await perSecond(roundMs, () => expression.evaluate(FRAME));
    const other = await perSecond(roundMs, async () => await reference.evaluate(INPUT));
    // The first round only warms up.
    if (round > 0) {
      ours.push(mine);
      theirs.push(other);
    }
  }
  const answers = [expression.evaluate(FRAME), await reference.evaluate(INPUT)].map((value) =>
    JSON.stringify(value),
  );
  return { text, ours: median(ours), theirs: median(theirs), agree: answers[0] === answers[1] };
}

async function perSecond(roundMs: number, work: () => unknown): Promise<number> {
  const batch = await batchOf(work);
  const from = process.cpuUsage();
  let done = 0;
  for (let spent = 0; spent < roundMs * 1000; ) {
    for (let i = 0; i < batch; i++) {
      const answer = work();
      if (answer instanceof Promise) await answer;
    }
    done += batch;
    const { user, system } = process.cpuUsage(from);
    spent = user + system;
  }
  const { user, system } = process.cpuUsage(from);
  return (done * 1e6) / (user + system);
}

/** As many as make reading the clock cheap beside them. */
async function batchOf(work: () => unknown): Promise<number> {
  const from = performance.now();
  let done = 0;
  while (performance.now() - from < 2) {
    await work();
    done += 1;
  }
  return Math.max(1, done);
}

async function run({ rounds, round_ms }: Options): Promise<Outcome> {
  const paces: Pace[] = [];
  for (const text of EXPRESSIONS) paces.push(await paceOf(text, rounds as number, round_ms as number));
  const ratios = paces.map(({ ours, theirs }) => ours / theirs);
  const rows = paces.map(({ text, ours, theirs }, index) => [
    text.length > 70 ? `${text.slice(0, 69)}…` : text,
    `${number(theirs / 1000, 1)} k`,
    `${number(ours / 1000)} k`,
    `${number(ratios[index] as number, 1)}×`,
  ]);
  return {
    table: table([['evaluations per second of CPU', 'jsonata', 'weir', 'ratio'], ...rows]),
    exact: paces.every(({ agree }) => agree),
    figures: {
      geometric_mean: Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length),
      worst: Math.min(...ratios),
      ratios: Object.fromEntries(paces.map(({ text }, index) => [text, ratios[index]])),
    },
  };
}

export const expressions: Bench = {
  about: 'our engine against npm jsonata on expressions of rules, in CPU time',
  defaults: { rounds: 3, round_ms: 150 },
  run,
};
