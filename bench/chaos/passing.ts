/** Passing faults: what is done to somebody, lasts for a while and is undone, as rows of {begin, end}. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../../src/core/units.ts';
import type { Fault, Scene } from './fault.ts';

export interface Passing<Victim> extends Pick<Fault, 'name' | 'weight' | 'fits'> {
  /** From the end of its beginning to the beginning of its end, at least and at most; short spells are more frequent. */
  readonly lasts: readonly [Millis, Millis];
  begin(scene: Scene): Promise<Victim> | Victim;
  /** Answers what it was done to. */
  end(scene: Scene, victim: Victim): Promise<string> | string;
}

export function passing<Victim>(
  on: Fault['on'],
  { begin, end, lasts: [shortest, longest], ...fault }: Passing<Victim>,
): Fault {
  return {
    ...fault,
    on,
    run: async (scene) => {
      const victim = await begin(scene);
      await sleep(scene.random.spread(shortest, longest));
      return end(scene, victim);
    },
  };
}
