/** The buckets of five minutes that are not over yet, and what came in them. */

import { HOUR, type Micros, type Millis } from '../../core/units.ts';

/** So long after the last click a channel without clicks is watched: later it is not running. */
const LONGEST_SILENCE: Millis = 48 * HOUR;

export interface Bucket {
  clicks: number;
  micros: Micros;
  /** Σ log price, each kept within a factor of four of what is usual; and of how many clicks that cost something. */
  logs: number;
  priced: number;
  repeats: number;
  outcomes: number;
  /** Clicks among them that say nothing of what is usual. */
  odd?: number;
}

export interface Buckets {
  /** Number of the first one that is not closed, since the epoch; −1 before the first event. */
  next: number;
  /** The last one with clicks that say what is usual. */
  newest: number;
  open: [number, Bucket][];
}

export function noBuckets(): Buckets {
  return { next: -1, newest: -1, open: [] };
}

/** The bucket of an event; of one that is closed, the first open one. */
export function bucketAt(buckets: Buckets, time: Millis, width: Millis): Bucket {
  const number = Math.max(Math.floor(time / width), buckets.next);
  if (buckets.next < 0) buckets.next = number;
  const found = buckets.open.find(([each]) => each === number);
  if (found) return found[1];
  const bucket = { clicks: 0, micros: 0, logs: 0, priced: 0, repeats: 0, outcomes: 0 };
  buckets.open.push([number, bucket]);
  return bucket;
}

/** Closes the buckets that are over at `now`, in order, those without events too while the channel runs. */
export function closeUntil(
  buckets: Buckets,
  now: Millis,
  width: Millis,
  close: (bucket: Bucket, start: Millis) => void,
): boolean {
  const until = Math.floor(now / width);
  if (buckets.next < 0 || buckets.next >= until) return false;
  while (buckets.next < until) {
    const { next } = buckets;
    const at = buckets.open.findIndex(([number]) => number === next);
    const bucket = at < 0 ? EMPTY : (buckets.open.splice(at, 1)[0] as [number, Bucket])[1];
    if (bucket.clicks > (bucket.odd ?? 0)) buckets.newest = next;
    if (at < 0 && isSilentAt(buckets, next, width)) {
      buckets.next = Math.min(until, ...buckets.open.map(([number]) => number));
      continue;
    }
    close(bucket, next * width);
    buckets.next = next + 1;
  }
  return true;
}

/** When the first open bucket is over; Infinity once the channel is silent. */
export function nextEnd(buckets: Buckets, width: Millis): Millis {
  if (buckets.next < 0) return Number.POSITIVE_INFINITY;
  if (buckets.open.length === 0 && isSilentAt(buckets, buckets.next, width)) return Number.POSITIVE_INFINITY;
  return (buckets.next + 1) * width;
}

/** What came in the first open bucket. */
export function underWay({ next, open }: Buckets): Readonly<Bucket> {
  return open.find(([number]) => number === next)?.[1] ?? EMPTY;
}

/** Whether a channel does not run any more, for all that is known at the end of a bucket. */
export function isSilent(buckets: Buckets, start: Millis, width: Millis): boolean {
  return isSilentAt(buckets, start / width, width);
}

function isSilentAt({ newest }: Buckets, number: number, width: Millis): boolean {
  return (number - newest) * width > LONGEST_SILENCE;
}

const EMPTY: Bucket = { clicks: 0, micros: 0, logs: 0, priced: 0, repeats: 0, outcomes: 0 };
