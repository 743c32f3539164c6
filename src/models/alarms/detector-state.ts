/** What a detector of a channel keeps, whichever it is, and the value that it tells. */

import { HOUR, type Millis } from '../../core/units.ts';
import { hourOf, hourOfWeek, type LocalHour, localHour, type ZoneClock } from '../market/local-hour.ts';
import { type AlarmState, judge, noAlarm } from './alarm-state.ts';
import { type Bucket, type Buckets, closeUntil, nextEnd, noBuckets, underWay } from './buckets.ts';
import { type Evidence, noEvidence } from './evidence.ts';
import { type Alarm, BUCKET, type Usual } from './market-detector.ts';

export interface DetectorState {
  readonly buckets: Buckets;
  readonly alarm: AlarmState;
  /** Of more than usual, and of less. */
  high: Evidence;
  low: Evidence;
  /** The evidence over what makes an alarm, and which way. */
  score: number;
  type: 'high' | 'low';
}

export interface Judgement {
  readonly score: number;
  readonly type: 'high' | 'low';
  /** The score without what says nothing of how things usually are; absent: the score. */
  readonly suspicion?: number;
}

export function newDetectorState(): DetectorState {
  return {
    buckets: noBuckets(),
    alarm: noAlarm(),
    high: noEvidence(),
    low: noEvidence(),
    score: 0,
    type: 'high',
  };
}

/** Closes buckets; `close` takes the evidence and weighs it. Without a response only time passes. */
export function advanceState(
  state: DetectorState,
  now: Millis,
  usual: Usual | undefined,
  close: (bucket: Bucket, start: Millis, usual: Usual) => Judgement,
): boolean {
  return closeUntil(state.buckets, now, BUCKET, (bucket, start) => {
    if (usual === undefined) return;
    const { score, type, suspicion = score } = close(bucket, start, usual);
    state.score = score;
    state.type = type;
    if (judge(state.alarm, start + BUCKET, score, type, usual.curve, suspicion)) return;
    state.high = noEvidence();
    state.low = noEvidence();
    state.score = 0;
  });
}

/**
 * Undefined before the first click.
 * @param needed the evidence that makes an alarm
 */
export function alarmOf(state: DetectorState, needed: number): Alarm | undefined {
  const { alarm, buckets, score } = state;
  if (buckets.newest < 0) return undefined;
  const type = alarm.since === null ? state.type : alarm.type;
  const { expected, seen } = type === 'high' ? state.high : state.low;
  return {
    value: rounded(score),
    active: alarm.since !== null,
    ...(score > 0 && { type, expected: rounded(expected), seen: rounded(seen) }),
    p: rounded(Math.exp(-score * needed)),
    ...(alarm.since !== null && { since: alarm.since }),
  };
}

/** The rest of the hour, as far as it is known. */
export interface Rest {
  /** What came in the bucket under way. */
  readonly open: Bucket;
  /** Buckets until the end of the hour, the one under way among them. */
  readonly left: number;
  readonly usual: Usual;
  readonly at: LocalHour;
}

/** @param mayAlarm whether the evidence may reach what makes an alarm in the rest of the hour, if nothing else comes */
export function changeOf(
  { buckets, alarm }: DetectorState,
  usual: Usual | undefined,
  zone: ZoneClock,
  mayAlarm: (rest: Rest) => boolean,
): Millis {
  const first = nextEnd(buckets, BUCKET);
  if (first === Number.POSITIVE_INFINITY || alarm.since !== null || alarm.held !== null) return first;
  const start = first - BUCKET;
  const hour = hourOf(start);
  const end = (hour + 1) * HOUR;
  // without a response only time passes
  if (usual === undefined) return end;
  const at = localHour(hourOfWeek(hour, zone));
  return mayAlarm({ open: underWay(buckets), left: (end - start) / BUCKET, usual, at }) ? first : end;
}

/** Digits of what is told: more is not known. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
