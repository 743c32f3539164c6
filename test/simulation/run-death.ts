/** The short story with a death at one port call: every call has two of them. */

import { judge } from './world/judge.ts';
import { type Death, SIDES, type Side, STORY } from './world/story.ts';
import { World } from './world/world.ts';

/** Both sides of each call, one after the other, from 0. */
export function deathOf(number: number): Death {
  return { call: 1 + Math.floor(number / SIDES.length), side: SIDES[number % SIDES.length] as Side };
}

/** How many deaths there are: as many calls as the process makes in the story when it lives. */
export async function countDeaths(): Promise<number> {
  const world = await World.tell(STORY);
  await world.run();
  const problems = await judge(world);
  if (problems.length > 0) throw new Error(`the story itself goes wrong: ${problems.join('\n')}`);
  world.end();
  return world.callsInStorm * SIDES.length;
}

export interface DeathRun {
  readonly death: Death;
  /** What was called, as `weirCommit` or `sql apply`. */
  readonly name: string;
  readonly problems: readonly string[];
}

export async function runDeath(death: Death): Promise<DeathRun> {
  const world = await World.tell(STORY, death);
  try {
    await world.run();
    const [first] = world.processes;
    const problems = await judge(world);
    const name = first?.diedAt ?? '';
    return { death, name, problems: name === '' ? [...problems, 'I7 nobody died'] : problems };
  } catch (error) {
    return { death, name: '', problems: [`the run itself ended: ${(error as Error).stack ?? error}`] };
  } finally {
    world.end();
  }
}
