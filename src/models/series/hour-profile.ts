/** What a series is at each hour of the day (UTC), read only while that foretells it better than its mean does. */

import { DAY, HOUR, type Millis } from '../../core/units.ts';

const HOURS = 24;
/** Values of an hour before it is believed. */
const FEWEST = 8;
/** Weights of old values: the mean of the last 2,000, of an hour the last 200; errors decay by a thousandth. */
const MEAN_OVER = 2000;
const HOUR_OVER = 200;
const DECAY = 0.001;
/** The profile has to be better by a fifth. */
const BETTER = 0.8;

export interface HourProfile {
  seen: number;
  mean: number;
  /** Absolute errors of the mean and of the profile, decaying, where both could be asked. */
  meanError: number;
  profileError: number;
  readonly hours: { seen: number; mean: number }[];
}

export function noProfile(): HourProfile {
  return {
    seen: 0,
    mean: 0,
    meanError: 0,
    profileError: 0,
    hours: Array.from({ length: HOURS }, () => ({ seen: 0, mean: 0 })),
  };
}

/** What is expected at `time`; the value itself (`otherwise`) while nothing is known. */
export function expectedAt(profile: HourProfile, time: Millis, otherwise: number): number {
  if (profile.seen === 0) return otherwise;
  const hour = hourOf(profile, time);
  const isServed = hour.seen >= FEWEST && profile.profileError < profile.meanError * BETTER;
  return isServed ? hour.mean : profile.mean;
}

export function takeValue(profile: HourProfile, time: Millis, value: number): void {
  const hour = hourOf(profile, time);
  if (hour.seen >= FEWEST) {
    profile.meanError += DECAY * (Math.abs(value - profile.mean) - profile.meanError);
    profile.profileError += DECAY * (Math.abs(value - hour.mean) - profile.profileError);
  }
  profile.seen += 1;
  profile.mean += (value - profile.mean) / Math.min(profile.seen, MEAN_OVER);
  hour.seen += 1;
  hour.mean += (value - hour.mean) / Math.min(hour.seen, HOUR_OVER);
}

function hourOf({ hours }: HourProfile, time: Millis): { seen: number; mean: number } {
  const inDay = ((time % DAY) + DAY) % DAY;
  return hours[Math.floor(inDay / HOUR)] as { seen: number; mean: number };
}
