/** hold-back: the same notice of many partitions becomes one line at once and, a while later, a second one for the rest. */

import { type Millis, SECOND } from '../core/units.ts';

export type Notice = (notice: string, context: Record<string, unknown>) => void;

/** So long the same notice is one line. */
const QUIET: Millis = 5 * SECOND;
const MOST_KEPT = 1_000;

interface Said {
  readonly at: Millis;
  /** How often it came since, and what it said last. */
  times: number;
  context: Record<string, unknown>;
}

export interface HeldBack {
  readonly notice: Notice;
  /** Says now what is held back: the process ends. */
  flush(): void;
}

/**
 * Nothing is swallowed: what came again is said when its time is over, with `repeated`, whether it comes once more or
 * not.
 * @param later runs something after so many milliseconds
 */
export function holdBack(
  say: Notice,
  elapsed: () => Millis,
  later: (duration: Millis, run: () => void) => void,
): HeldBack {
  const said = new Map<string, Said>();
  const tell = (notice: string, { times, context }: Said) =>
    say(notice, times > 1 ? { ...context, repeated: times - 1 } : context);
  const release = (notice: string, held: Said) => {
    if (said.get(notice) !== held) return;
    said.delete(notice);
    if (held.times === 0) return;
    tell(notice, held);
    begin(notice);
  };
  const begin = (notice: string) => {
    const held = { at: elapsed(), times: 0, context: {} };
    said.set(notice, held);
    later(QUIET, () => release(notice, held));
  };
  const flush = () => {
    for (const [notice, held] of said) if (held.times > 0) tell(notice, held);
    said.clear();
  };
  return {
    flush,
    notice: (notice, context) => {
      const held = said.get(notice);
      if (held && elapsed() - held.at < QUIET) {
        held.times += 1;
        held.context = context;
        return;
      }
      if (held) release(notice, held);
      if (said.size > MOST_KEPT) flush();
      say(notice, context);
      begin(notice);
    },
  };
}
