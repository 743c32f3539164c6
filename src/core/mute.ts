/** How long a mute of an anomaly lasts. */

import { DAY, type Millis } from './units.ts';

const USUAL_MUTE: Millis = DAY;
/** So long that it is a decision to be made again, and short enough that old events need not be asked. */
export const LONGEST_MUTE: Millis = 30 * DAY;

/** When a mute that somebody asked for at `time` is over. */
export function mutedUntil(time: Millis, until: Millis | undefined): Millis {
  return Math.min(until ?? time + USUAL_MUTE, time + LONGEST_MUTE);
}
