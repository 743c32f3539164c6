/** Ids of events that are made where none was given: `evt_` and a ULID, so that they sort by when they were made. */

import type { Millis } from './units.ts';

/** Crockford's base 32: no I, L, O, U. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * `evt_01KAQ5Z6J3…`: 48 bits of time and 80 of chance.
 * @param random 16 bytes, of which 5 bits each are used
 */
export function newEventId(now: Millis, random: Uint8Array): string {
  let time = '';
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = DIGITS[rest % 32] + time;
  return `evt_${time}${Array.from(random, (byte) => DIGITS[byte % 32]).join('')}`;
}
