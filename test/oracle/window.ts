/** Windows by definition: which bucket a time lies in, and which buckets a window covers at a stream time. */

export interface Windowed {
  readonly window?: number;
  readonly ago: number;
  /** Width of a bucket where it is said. */
  readonly step?: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function stepOf({ window = 0, ago, step }: Windowed): number {
  if (step !== undefined) return step;
  const reach = window + ago;
  return reach <= 6 * HOUR ? MINUTE : reach <= 14 * DAY ? HOUR : DAY;
}

/** From when and until when (exclusive) an event of this time is covered. */
function stay(windowed: Windowed, time: number): { from: number; until: number } {
  if (windowed.window === undefined)
    return { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
  const step = stepOf(windowed);
  const from = Math.floor(time / step) * step + windowed.ago;
  return { from, until: from + windowed.window };
}

/** The start of the bucket that a time lies in. */
export function bucketOf(windowed: Windowed, time: number): number {
  return Math.floor(time / stepOf(windowed)) * stepOf(windowed);
}

export function covers(windowed: Windowed, time: number, now: number): boolean {
  const { from, until } = stay(windowed, time);
  return from <= now && now < until;
}

/** True when no window will ever cover this time again: the event is too late. */
export function refuses(windowed: Windowed, time: number, now: number): boolean {
  return now >= stay(windowed, time).until;
}

/** The first instant after `now` at which one of these times enters or leaves the window. */
export function nextEdge(windowed: Windowed, times: Iterable<number>, now: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const time of times) {
    const { from, until } = stay(windowed, time);
    if (from > now) next = Math.min(next, from);
    else if (until > now) next = Math.min(next, until);
  }
  return next;
}
