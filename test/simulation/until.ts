/** Lets simulated processes go on until something holds; time passes only when nothing else can. */

import assert from 'node:assert/strict';
import type { SimulatedClock } from './simulated-clock.ts';

export async function until(clock: SimulatedClock, done: () => boolean, what: string): Promise<void> {
  for (let turns = 0; turns < 20_000; turns++) {
    if (done()) return;
    await new Promise((resolve) => setImmediate(resolve));
    const next = clock.next();
    if (turns % 3 === 2 && Number.isFinite(next)) clock.advance(Math.max(0, next - clock.now()));
  }
  assert.fail(`no end in sight: ${what}`);
}
