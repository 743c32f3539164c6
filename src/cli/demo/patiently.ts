/** Asks again while Redis does not answer in time: a demo on a busy machine goes on when that is over. */

import { setTimeout as sleep } from 'node:timers/promises';
import { WeirError } from '../../core/errors.ts';
import type { Millis } from '../../core/units.ts';

const PAUSE: Millis = 250;

/** What is asked may have happened although no answer came; the last error is thrown once the signal is aborted. */
export async function patiently<Answer>(
  signal: AbortSignal,
  question: () => Promise<Answer>,
  pause: Millis = PAUSE,
): Promise<Answer> {
  for (;;) {
    try {
      return await question();
    } catch (error) {
      if (signal.aborted || !(error instanceof WeirError) || error.code !== 'redis_away') throw error;
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}
