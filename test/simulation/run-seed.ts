/** One seed: its world from beginning to end, and the verdict. */

import { judge } from './world/judge.ts';
import type { WorldOptions } from './world/options.ts';
import { World } from './world/world.ts';

export interface SeedRun {
  readonly seed: number;
  readonly options: WorldOptions;
  /** Sentences, each beginning with the invariant that does not hold. */
  readonly problems: readonly string[];
  /** A hash of everything that happened, in its order. */
  readonly trace: string;
  readonly steps: number;
}

export async function runSeed(seed: number): Promise<SeedRun> {
  const world = await World.draw(seed);
  const { options } = world;
  try {
    await world.run();
    const problems = await judge(world);
    return { seed, options, problems, trace: world.trace, steps: world.timeline.steps };
  } catch (error) {
    const problems = [`the run itself ended: ${(error as Error).stack ?? error}`];
    return { seed, options, problems, trace: world.trace, steps: world.timeline.steps };
  } finally {
    world.end();
  }
}
