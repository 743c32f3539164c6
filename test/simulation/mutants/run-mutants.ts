/** Each planted bug in a process of its own, until a seed catches it: a table, and the figures as the last line. */

import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { lastLine } from '../../../bench/last-line.ts';
import { Random } from '../../oracle/random.ts';
import type { Mutant } from './mutant.ts';
import { MUTANTS } from './mutants.ts';

const MAIN = new URL('../main.ts', import.meta.url).pathname;

interface Outcome {
  readonly mutant: Mutant;
  /** How many seeds it took; undefined when none caught it. */
  readonly seeds: number | undefined;
  readonly by: string;
}

export interface MutantRun {
  readonly seeds: number;
  readonly first: number;
  /** So many of them, drawn by the first seed. */
  readonly sample: number;
}

export async function runMutants(
  { seeds, first, sample }: MutantRun,
  say: (line: string) => void,
): Promise<number> {
  const isWhole = sample >= MUTANTS.length;
  const offered = MUTANTS.filter(({ rare }) => isWhole || rare === undefined);
  const drawn = new Set(new Random(first).shuffled(offered).slice(0, sample));
  const mutants = MUTANTS.filter((mutant) => drawn.has(mutant));
  const outcomes: Outcome[] = [];
  const begun = performance.now();
  const waiting = [...mutants];
  const work = async () => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const outcome = await tryMutant(mutant, seeds, first);
      outcomes.push(outcome);
      const left = ((performance.now() - begun) / outcomes.length) * (mutants.length - outcomes.length);
      say(
        `${rowOf(outcome)}   ${outcomes.length} of ${mutants.length}, about ${Math.round(left / 1000)} s left`,
      );
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  outcomes.sort((a, b) => mutants.indexOf(a.mutant) - mutants.indexOf(b.mutant));
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
