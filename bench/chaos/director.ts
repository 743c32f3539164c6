/** The director: does one fault after the other, now and then two at a time, until all are done. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Millis, SECOND } from '../../src/core/units.ts';
import type { Fault, Scene } from './fault.ts';
import { FAULTS } from './faults.ts';

export interface Script {
  readonly faults: number;
  /** From the beginning of one fault to that of the next, at least. */
  readonly every: Millis;
  readonly only: string | undefined;
  /** No fault begins after it, of `performance.now()`. */
  readonly deadline: Millis;
  readonly onDone: (fault: Fault, line: string) => void;
}

const PAIRED = 0.35;

/** Resolves when the last fault is over and undone. */
export async function direct(scene: Scene, { faults, every, only, deadline, onDone }: Script): Promise<void> {
  const { random, stage } = scene;
  const running = new Map<Fault, Promise<void>>();
  const fitting = FAULTS.filter(
    ({ fits, on }) => (fits?.(stage) ?? true) && (only === undefined || on === only),
  );
  let next = performance.now();
  for (let number = 1; number <= faults && performance.now() < deadline; number++) {
    await sleep(Math.max(next - performance.now(), random.whole(100, SECOND / 2)));
    next = Math.max(next + every, performance.now());
    if (running.size > 1 || !random.chance(PAIRED)) await Promise.all(running.values());
    const busy = new Set([...running.keys()].map(({ on }) => on));
    const free = fitting.filter(
      ({ on, fits }) =>
        !busy.has(on) && !busy.has('all') && (on !== 'all' || busy.size === 0) && (fits?.(stage) ?? true),
    );
    const fault = random.pick(free.flatMap((each) => Array<Fault>(each.weight).fill(each)));
    if (!fault) {
      await Promise.all(running.values());
      number -= 1;
      continue;
    }
    running.set(
      fault,
      perform(fault, scene, onDone).finally(() => running.delete(fault)),
    );
  }
  await Promise.all(running.values());
}

async function perform(fault: Fault, scene: Scene, onDone: Script['onDone']): Promise<void> {
  const started = performance.now();
  scene.stage.disturbedAt = started;
  const victim = await fault.run(scene).catch((error: unknown) => {
    // a fault that could not be done is no proof of anything
    scene.problems.push(`${fault.name}: ${(error as Error).stack}`);
    return 'FAILED';
  });
  scene.stage.disturbedAt = performance.now();
  onDone(fault, `${fault.name}: ${victim}, ${((performance.now() - started) / SECOND).toFixed(1)} s`);
}
