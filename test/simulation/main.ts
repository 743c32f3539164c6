/** `npm run sim`: worlds from seeds, each a run of the production code under faults; with `--mutants`, of planted bugs. */

import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { lastLine } from '../../bench/last-line.ts';
import { plant } from './mutants/plant.ts';
import type { SeedRun } from './run-seed.ts';
import { runDeaths, runHere, runSeeds } from './run-seeds.ts';

const USAGE = `usage: npm run sim -- [--seeds N] [--seed S] [--every-call | --mutants [--sample N] | --mutant NAME]

  --seeds N      so many worlds, 200 where nothing is said
  --seed S       the first of them; drawn where nothing is said. The same seed is the same run, to the letter
  --every-call   one short story, in which the process dies before and after each of its port calls in turn
  --mutants      each planted bug alone, until a seed catches it, within --seeds (2,000 where nothing is said)
  --sample N     so many of the planted bugs, drawn by --seed
  --mutant NAME  one planted bug
  --until-wrong  ends at the first violation`;

const SHOWN = 8;
const SAY_EVERY = 2_000;

const say = (line: string) => process.stderr.write(`${line}\n`);

function readCall(words: string[]) {
  const { values } = parseArgs({
    args: words,
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      mutant: { type: 'string' },
      mutants: { type: 'boolean' },
      'every-call': { type: 'boolean' },
      sample: { type: 'string' },
      'until-wrong': { type: 'boolean' },
    },
  });
  const whole = (text: string | undefined, otherwise: number) => {
    if (text === undefined) return otherwise;
    if (!/^\d{1,9}$/.test(text)) throw new Error(`${text} is not a whole number`);
    return Number(text);
  };
  const isOfBugs = values.mutants === true || values.mutant !== undefined;
  return {
    seeds: whole(values.seeds, isOfBugs ? 2_000 : 200),
    first: whole(values.seed, isOfBugs ? 1 : Date.now() % 1_000_000),
    mutant: values.mutant,
    mutants: values.mutants === true,
    everyCall: values['every-call'] === true,
    sample: whole(values.sample, Number.POSITIVE_INFINITY),
    untilWrong: values['until-wrong'] === true || values.mutant !== undefined,
  };
}

async function runWorlds(seeds: number, first: number, untilWrong: boolean): Promise<number> {
  const begun = performance.now();
  let violations = 0;
  let done = 0;
  let said = begun;
  let wrong: SeedRun | undefined;
  // which seed is the first that goes wrong is known only where they run in their order
  await (untilWrong ? runHere : runSeeds)({ first, count: seeds }, (run) => {
    done += 1;
    if (run.problems.length > 0) {
      violations += 1;
      wrong ??= run;
      tell(run);
      if (untilWrong) return false;
    }
    const now = performance.now();
    if (now - said < SAY_EVERY) return true;
    said = now;
    const rate = done / (now - begun);
    const left = Math.round((seeds - done) / rate / 1000);
    say(
      `${done} of ${seeds} seeds, ${Math.round(rate * 60_000)} a minute, ${violations} wrong, ${left} s left`,
    );
    return true;
  });
  const minutes = (performance.now() - begun) / 60_000;
  const caught = wrong && { caught_at: wrong.seed - first + 1, caught_by: wrong.problems[0]?.split(' ')[0] };
  const figures = {
    seeds: done,
    violations,
    seeds_per_minute: Math.round(done / minutes),
    first_seed: first,
  };
  process.stdout.write(`${untilWrong ? JSON.stringify({ ...figures, ...caught }) : lastLine(figures)}\n`);
  return violations > 0 ? 1 : 0;
}

/** One death after the other, at each port call of the story. */
async function runStory(): Promise<number> {
  const { countDeaths } = await import('./run-death.ts');
  const begun = performance.now();
  const count = await countDeaths();
  const calls = new Set<string>();
  let violations = 0;
  await runDeaths({ first: 0, count }, ({ death: { call, side }, name, problems }) => {
    calls.add(name);
    if (problems.length > 0) violations += 1;
    for (const problem of problems.slice(0, SHOWN))
      say(`WRONG  death ${side} call ${call}, ${name}: ${problem}`);
    return true;
  });
  const seconds = Math.round((performance.now() - begun) / 1000);
  process.stdout.write(`${lastLine({ deaths: count, kinds_of_calls: calls.size, violations, seconds })}\n`);
  return violations > 0 ? 1 : 0;
}

function tell({ seed, options, problems }: SeedRun): void {
  say(`\nWRONG  seed ${seed}, commit ${commit()}`);
  say(`  ${JSON.stringify(options)}`);
  for (const problem of problems.slice(0, SHOWN)) say(`  ${problem}`);
  say(`  again: npm run sim -- --seed ${seed} --seeds 1`);
  say('  keep it: add the seed to test/simulation/past-failures.ts\n');
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

try {
  const { seeds, first, mutant, mutants, sample, everyCall, untilWrong } = readCall(process.argv.slice(2));
  if (mutants) {
    const { runMutants } = await import('./mutants/run-mutants.ts');
    process.exitCode = await runMutants({ seeds, first, sample }, say);
  } else if (everyCall) {
    process.exitCode = await runStory();
  } else {
    if (mutant !== undefined) plant(mutant);
    process.exitCode = await runWorlds(seeds, first, untilWrong);
  }
} catch (error) {
  say(`${(error as Error).stack ?? error}\n${USAGE}`);
  process.exitCode = 2;
}
