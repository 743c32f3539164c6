/** A process beside others: runs what it is given by number, seeds or deaths of the story, and says what came of each. */

import { deathOf, runDeath } from './run-death.ts';
import { runSeed } from './run-seed.ts';

const [what] = process.argv.slice(2);
const run = what === 'deaths' ? (number: number) => runDeath(deathOf(number)) : runSeed;

process.on('message', (numbers: readonly number[]) => void runAll(numbers));
process.on('disconnect', () => process.exit());

async function runAll(numbers: readonly number[]): Promise<void> {
  for (const number of numbers) process.send?.(await run(number));
}
