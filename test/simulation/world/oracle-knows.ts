/** Whether the oracle can say what a log must come to. */

import type { Entry } from '../../../src/core/entry.ts';
import { HOUR, type Millis } from '../../../src/core/units.ts';
import type { World } from './world.ts';

/** Copies that come later than this may count again. */
const REMEMBERED: Millis = 20 * HOUR;

/** It knows nothing of erasures and times to come, and of the window in which copies are surely known only its length. */
export function oracleKnows(world: World, log: readonly Entry[]): boolean {
  if (world.options.future || world.people.isErasing) return false;
  const seen = new Map<string, Millis>();
  let time = 0;
  for (const { d = '' } of log) {
    if (d.startsWith('{"type":"tick"')) time = Math.max(time, (JSON.parse(d) as { time: Millis }).time);
    for (const [, id, at] of d.matchAll(/\{"id":"(e\d+)","time":(\d+)/g)) {
      time = Math.max(time, Number(at));
      const before = seen.get(id as string) ?? time;
      if (time - before > REMEMBERED) return false;
      seen.set(id as string, before);
    }
  }
  return true;
}
