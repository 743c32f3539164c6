/** Watches the rule files: calls back when their texts have changed and stand still. */

import { createHash } from 'node:crypto';
import type { Clock } from '../core/ports.ts';
import type { Millis } from '../core/units.ts';
import { readConfig } from './read-config.ts';

/** Files are read and compared: that notices every edit on every file system, and a dozen files cost a millisecond. */
const LOOK_EVERY: Millis = 300;

/** Until the signal; one call at a time. What stands there at first is taken as known. */
export async function watchConfig(
  folder: string,
  clock: Clock,
  signal: AbortSignal,
  onChange: () => Promise<void>,
): Promise<void> {
  let known = digestOf(folder);
  let seen = known;
  while (!signal.aborted) {
    await clock.sleep(LOOK_EVERY, signal);
    const now = digestOf(folder);
    const still = now !== undefined && now === seen;
    seen = now;
    if (signal.aborted || !still || now === known) continue;
    known = now;
    await onChange();
  }
}

/** Undefined while a file comes or goes under our eyes. */
function digestOf(folder: string): string | undefined {
  try {
    return createHash('sha256')
      .update(JSON.stringify(readConfig(folder)))
      .digest('hex');
  } catch {
    return undefined;
  }
}
