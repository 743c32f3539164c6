/** Notices of the running house as log lines; values only, never personal data. */

import { pino } from 'pino';
import { type Millis, SECOND } from '../core/units.ts';

/** The same notice of many partitions is one line; the next one says how often it came meanwhile. */
const QUIET: Millis = 5 * SECOND;

export type Notice = (notice: string, context: Record<string, unknown>) => void;

/** JSON lines on stderr. */
export function openLog(): { notice: Notice; info: Notice } {
  const log = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
  const said = new Map<string, { at: Millis; times: number }>();
  return {
    notice: (notice, context) => {
      const before = said.get(notice);
      if (before && Date.now() - before.at < QUIET) {
        before.times += 1;
        return;
      }
      said.set(notice, { at: Date.now(), times: 0 });
      if (said.size > 1000) said.clear();
      log.warn(before && before.times > 0 ? { ...context, repeated: before.times } : context, notice);
    },
    info: (notice, context) => log.info(context, notice),
  };
}
