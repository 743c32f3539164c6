/** Each planted bug in a process of its own, until a seed catches it: a table, and the figures as the last line. */

import { spawn } from 'node:child_process';
import { lastLine } from '../../../bench/last-line.ts';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';

const MAIN = new URL('../main.ts', import.meta.url).pathname;

interface Outcome {
  readonly mutant: Mutant;
  /** How many seeds it took; undefined when none caught it. */
  readonly seeds: number | undefined;
  readonly by: string;
}

export async function runMutants(seeds: number, first: number, say: (line: string) => void): Promise<number> {
  const outcomes: Outcome[] = [];
  const begun = performance.now();
  for (const mutant of MUTANTS) {
    outcomes.push(await tryMutant(mutant, seeds, first));
    const last = outcomes.at(-1) as Outcome;
    const left = ((performance.now() - begun) / outcomes.length) * (MUTANTS.length - outcomes.length);
    say(`${rowOf(last)}   ${outcomes.length} of ${MUTANTS.length}, about ${Math.round(left / 1000)} s left`);
  }
  process.stdout.write(
    '| bug | layer | what is wrong | caught after | by |\n| --- | --- | --- | --- | --- |\n',
  );
  for (const outcome of outcomes) process.stdout.write(`${rowOf(outcome)}\n`);
  const caught = outcomes.filter((outcome) => outcome.seeds !== undefined);
  const most = Math.max(...caught.map((outcome) => outcome.seeds as number));
  const figures = {
    planted: outcomes.length,
    caught: caught.length,
    most_seeds: most,
    within: seeds,
    first_seed: first,
  };
  process.stdout.write(`${lastLine(figures)}\n`);
  return caught.length === outcomes.length ? 0 : 1;
}

function rowOf({ mutant: { name, layer, what }, seeds, by }: Outcome): string {
  return `| \`${name}\` | ${layer} | ${what} | ${seeds === undefined ? '**not caught**' : seeds} | ${by} |`;
}

/** @throws Error when the run says nothing: a bug that could not be planted is no bug that was caught */
export async function tryMutant(mutant: Mutant, seeds: number, first: number): Promise<Outcome> {
  const args = [MAIN, '--mutant', mutant.name, '--seeds', String(seeds), '--seed', String(first)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  child.stdout.on('data', (piece) => {
    out += piece;
  });
  child.stderr.on('data', (piece) => {
    errors += piece;
  });
  await new Promise((resolve) => child.once('close', resolve));
  const last = out.trim().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`${mutant.name} did not run: ${errors.slice(-2_000)}`);
  const { caught_at, caught_by } = JSON.parse(last) as { caught_at?: number; caught_by?: string };
  return { mutant, seeds: caught_at, by: caught_by ?? '' };
}
