/** The director: does one fault after the other, now and then two at a time, until all are done. */

import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE, type Millis, SECOND } from '../../src/core/units.ts';
import { FAULTS, type Fault, type Scene } from './faults.ts';

export interface Script {
  readonly faults: number;
  readonly minutes: number;
  readonly say: (line: string) => void;
}

const PAIRED = 0.2;

/** Resolves when the last fault is over and undone. */
export async function direct(scene: Scene, { faults, minutes, say }: Script): Promise<void> {
  const { random } = scene;
  const begun = performance.now();
  const running = new Map<Fault, Promise<void>>();
  for (let number = 1; number <= faults; number++) {
    const wait = begun + ((number - 1) * minutes * MINUTE) / faults - performance.now();
    await sleep(Math.max(wait, random.whole(200, SECOND)));
    if (running.size > 1 || !random.chance(PAIRED)) await Promise.all(running.values());
    const busy = new Set([...running.keys()].map(({ on }) => on));
    const free = FAULTS.filter(({ on }) => !busy.has(on));
    const fault = random.pick(free.flatMap((each) => Array<Fault>(each.weight).fill(each)));
    running.set(
      fault,
      perform(fault, scene, `${number}/${faults}`, begun, say).finally(() => running.delete(fault)),
    );
  }
  await Promise.all(running.values());
}

async function perform(
  fault: Fault,
  scene: Scene,
  number: string,
  begun: Millis,
  say: (line: string) => void,
): Promise<void> {
  const started = performance.now();
  const victim = await fault.run(scene);
  const at = ((started - begun) / SECOND).toFixed(1).padStart(6);
  say(
    `${at} s  fault ${number}  ${fault.name}: ${victim}, ${((performance.now() - started) / SECOND).toFixed(1)} s`,
  );
}
