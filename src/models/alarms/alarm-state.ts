/** When an alarm begins and ends: held while it lasts, learned anew after two days, one with those of the last hours. */

import { HOUR, type Millis } from '../../core/units.ts';
import type { ResponseCurve } from '../market/response-curve.ts';

/** Scores: an alarm begins at 1 and is over below the first; above the second what is usual is not learned any more. */
const CALM = 0.25;
const SUSPICION = 0.15;
/** What has lasted so long is how it is now. */
const RELEARN: Millis = 48 * HOUR;
/** Alarms so close together are one. */
const TOGETHER: Millis = 12 * HOUR;

export interface AlarmState {
  /** Since when it lasts; null: none. */
  since: Millis | null;
  type: 'high' | 'low';
  /** The last one: since when, until when. */
  last: { readonly since: Millis; readonly until: Millis } | null;
  /** What was usual before there was any suspicion. */
  held: { readonly curve: ResponseCurve; readonly since: Millis } | null;
}

export function noAlarm(): AlarmState {
  return { since: null, type: 'high', last: null, held: null };
}

/** What to compare with: as it was before the suspicion, else as it is. */
export function heldOr(alarm: AlarmState, curve: ResponseCurve): ResponseCurve {
  return alarm.held?.curve ?? curve;
}

/**
 * Judges the evidence at the end of a bucket.
 * @param score the evidence over what makes an alarm
 * @param suspicion that part of it by which what is usual may have changed
 * @returns false when all evidence is to be forgotten, for it has lasted two days
 */
export function judge(
  alarm: AlarmState,
  now: Millis,
  score: number,
  type: AlarmState['type'],
  curve: ResponseCurve,
  suspicion: number,
): boolean {
  if (suspicion < SUSPICION) alarm.held = null;
  else alarm.held ??= { curve, since: now };
  const isOld = alarm.held !== null && now - alarm.held.since >= RELEARN;
  if (alarm.since !== null && (score < CALM || isOld)) {
    alarm.last = { since: alarm.since, until: now };
    alarm.since = null;
  } else if (alarm.since === null && score >= 1 && !isOld) {
    const { last } = alarm;
    alarm.since = last !== null && now - last.until <= TOGETHER ? last.since : now;
    alarm.type = type;
  }
  if (isOld) alarm.held = null;
  return !isOld;
}
