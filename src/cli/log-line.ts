/** Notices of the running house as log lines; values only, never personal data. */

import { pino } from 'pino';

export type Notice = (notice: string, context: Record<string, unknown>) => void;

/** JSON lines on stderr. */
export function openLog(): { notice: Notice; info: Notice } {
  const log = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    notice: (notice, context) => log.warn(context, notice),
    info: (notice, context) => log.info(context, notice),
  };
}
