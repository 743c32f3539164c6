/** What every detector of a channel has in common: buckets of five minutes, judged by what the response expects. */

import { MINUTE, type Micros, type Millis } from '../../core/units.ts';
import type { ZoneClock } from '../market/local-hour.ts';
import type { ResponseCurve } from '../market/response-curve.ts';

export const BUCKET: Millis = 5 * MINUTE;

/** What is usual, and the money there is, as the response tells at the end of a bucket. */
export interface Usual {
  readonly curve: ResponseCurve;
  /** What the hour is meant to spend, in currency units. */
  readonly spend: number;
  /** Hours that the response was learned from. */
  readonly hours: number;
}

export interface Alarm {
  /** Evidence over what is needed for an alarm. */
  readonly value: number;
  readonly active: boolean;
  readonly type?: 'high' | 'low';
  /** Chance that so much evidence comes together by itself. */
  readonly p: number;
  /** Milliseconds since the epoch. */
  readonly since?: Millis;
  /** While evidence gathers: what was to be expected since it began, and what came. */
  readonly expected?: number;
  readonly seen?: number;
}

/**
 * A detector of one channel. Laws: the order of events within a bucket does not matter; `value` changes only in
 * `advance`; decode(encode(state)) goes on like state; memory is bounded; nothing depends on anything but its calls.
 */
export interface MarketDetector<State = unknown> {
  create(): State;
  /**
   * @param time never before a bucket that was closed
   * @param isOdd it is evidence, but nothing is learned from it
   */
  click(state: State, time: Millis, cost: Micros, key: string | undefined, isOdd?: boolean): void;
  outcome(state: State, time: Millis): void;
  /**
   * Closes every bucket that is over at `now`.
   * @returns whether anything changed
   */
  advance(state: State, now: Millis, usual: Usual | undefined, zone: ZoneClock): boolean;
  value(state: State): Alarm | undefined;
  /**
   * When it has to be looked at next if nothing else comes: at the end of the bucket where an alarm may begin or end
   * within the hour, else at the end of the hour, up to which what is expected stays as it is.
   */
  nextChange(state: State, usual: Usual | undefined, zone: ZoneClock): Millis;
  /** The state itself as JSON: to be written before anything else happens to it. */
  encode(state: State): unknown;
  decode(stored: unknown): State;
}

/** For detectors of clicks: what comes of them is nothing to them. */
export function unheard(): void {}
