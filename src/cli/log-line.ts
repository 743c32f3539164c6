/** Notices of the running house as log lines; values only, never personal data. */

import { pino } from 'pino';
import { holdBack, type Notice } from './hold-back.ts';

/** JSON lines on stderr. */
export function openLog(): { notice: Notice; info: Notice } {
  const log = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
  const { notice, flush } = holdBack(
    (text, context) => log.warn(context, text),
    () => performance.now(),
    (duration, run) => void setTimeout(run, duration).unref(),
  );
  process.once('exit', flush);
  return { notice, info: (text, context) => log.info(context, text) };
}
