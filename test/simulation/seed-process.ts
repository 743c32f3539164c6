/** A process beside others: runs the seeds that it is given, and says what came of each. */

import { runSeed } from './run-seed.ts';

process.on('message', (seeds: readonly number[]) => void runAll(seeds));
process.on('disconnect', () => process.exit());

async function runAll(seeds: readonly number[]): Promise<void> {
  for (const seed of seeds) process.send?.(await runSeed(seed));
}
