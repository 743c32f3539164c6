/** Units in types: every number that has a unit carries it in its name or its type. */

/** Milliseconds since the epoch (a point in time) or a number of milliseconds (a duration). */
export type Millis = number;

/** 10^-6 of a currency unit, or of any summed quantity: sums are exact integers below 2^53. */
export type Micros = number;

export const SECOND: Millis = 1_000;
export const MINUTE: Millis = 60_000;
export const HOUR: Millis = 3_600_000;
export const DAY: Millis = 86_400_000;

/** The largest magnitude a summed number may have, so that its micros stay exact integers. */
export const LARGEST_SUMMAND = 1e9;

/** A number of units as exact integer micros; the caller guards its magnitude with LARGEST_SUMMAND. */
export function toMicros(units: number): Micros {
  return Math.round(units * 1e6);
}

/** Micros as a number of units, for rules and people to read. */
export function fromMicros(micros: Micros): number {
  return micros / 1e6;
}

const UNITS: Record<string, Millis> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };

/** `90s`, `30m`, `6h`, `7d`, `4w` as milliseconds; undefined for anything else. */
export function parseDuration(text: string): Millis | undefined {
  const match = /^(\d+)(s|m|h|d|w)$/.exec(text.trim());
  if (!match) return undefined;
  return Number(match[1]) * (UNITS[match[2] as string] as number);
}

/** The shortest of `4w`-like texts for a duration, in days at most: 604800000 is `7d`. */
export function formatDuration(duration: Millis): string {
  for (const unit of ['d', 'h', 'm'] as const) {
    const size = UNITS[unit] as number;
    if (duration >= size && duration % size === 0) return `${duration / size}${unit}`;
  }
  return `${duration / SECOND}s`;
}
