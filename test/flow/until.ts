/** Waits for what other processes do, with a bound that tells what did not come. */

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await holds()); waited += 20) {
    assert.ok(waited < 20_000, `${what} within 20 s`);
    await sleep(20);
  }
}
