/** Many seeds or deaths one after the other, or spread over as many processes as there are processors. */

import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { DeathRun } from './run-death.ts';
import type { SeedRun } from './run-seed.ts';

const FILE = new URL('seed-process.ts', import.meta.url);
/** A process is told of so many at a time; fewer than two such portions are not worth other processes. */
const PORTION = 8;

export interface Seeds {
  readonly first: number;
  readonly count: number;
}

/**
 * Runs them until `onRun` answers false. What comes of a seed does not depend on the process that runs it; in which
 * order they come to their ends does.
 */
export async function runSeeds(seeds: Seeds, onRun: (run: SeedRun) => boolean): Promise<void> {
  if (seeds.count < 2 * PORTION) return runHere(seeds, onRun);
  await runBeside('seeds', seeds, onRun);
}

/** The story with each death from the first on, by number. */
export async function runDeaths(deaths: Seeds, onRun: (run: DeathRun) => boolean): Promise<void> {
  await runBeside('deaths', deaths, onRun);
}

/** In this process, in their order. */
export async function runHere({ first, count }: Seeds, onRun: (run: SeedRun) => boolean): Promise<void> {
  const { runSeed } = await import('./run-seed.ts');
  for (let seed = first; seed < first + count; seed++) if (!onRun(await runSeed(seed))) return;
}

async function runBeside<Run>(
  what: 'seeds' | 'deaths',
  { first, count }: Seeds,
  onRun: (run: Run) => boolean,
): Promise<void> {
  const processes = Math.min(availableParallelism(), Math.ceil(count / PORTION));
  const end = first + count;
  let next = first;
  const give = (child: ChildProcess): number => {
    const seeds = Array.from({ length: Math.min(PORTION, end - next) }, () => next++);
    if (seeds.length > 0) child.send(seeds);
    else child.disconnect();
    return seeds.length;
  };
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const child = fork(FILE, [what], { stdio: ['ignore', 2, 2, 'ipc'] });
      let open = give(child);
      child.on('message', (run: Run) => {
        open -= 1;
        if (!onRun(run)) next = end;
        if (open === 0) open = give(child);
      });
      child.once('error', reject);
      child.once('exit', (code) => {
        if (open === 0) resolve();
        else reject(new Error(`a process that ran seeds ended with ${code}, and ${open} were not run`));
      });
    });
  await Promise.all(Array.from({ length: processes }, work));
}
