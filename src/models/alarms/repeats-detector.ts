/** Repeated clicks: the share of those that come from a network that clicked within the last hour. */

import { HOUR } from '../../core/units.ts';
import { bucketAt } from './buckets.ts';
import { advanceState, alarmOf, changeOf, type DetectorState, newDetectorState } from './detector-state.ts';
import { takeCount } from './evidence.ts';
import { BUCKET, type MarketDetector, unheard } from './market-detector.ts';

const ALARM = 11;
/** The alternative: three times the usual share. */
const MANY = 3;
const DISPERSION = 0.03;
/** Clicks before a share is known; and how many of the last ones it is made of. */
const FEWEST = 200;
const SHARE_OVER = 2000;
/** Nobody has no repeats at all. */
const LEAST_SHARE = 0.005;
const SPAN = HOUR / BUCKET;
/** Names are kept as so many different numbers, so that nobody can be found again by one of them. */
const NUMBERS = 4096;
const MOST_KEPT = 512;

interface RepeatsState extends DetectorState {
  /** Number of a name → the last bucket it clicked in. */
  readonly met: [number, number][];
  clicks: number;
  /** Usual share of repeats. */
  share: number;
}

/** The usual share is learned here, while nothing is suspicious. At most 10 kB, of 512 names in an hour. */
export const repeatsDetector: MarketDetector<RepeatsState> = {
  create: () => ({ ...newDetectorState(), met: [], clicks: 0, share: 0 }),
  click(state, time, cost, key) {
    const bucket = bucketAt(state.buckets, time, BUCKET);
    if (key === undefined) return;
    bucket.clicks += 1;
    bucket.micros += cost;
    const now = Math.max(Math.floor(time / BUCKET), state.buckets.next);
    if (isMet(state, numberOf(key), now)) bucket.repeats += 1;
  },
  outcome: unheard,
  advance(state, now, usual, zone) {
    void zone;
    return advanceState(state, now, usual, ({ clicks, repeats }) => {
      const usualShare = Math.max(LEAST_SHARE, state.share);
      const isKnown = state.clicks >= FEWEST;
      if (state.alarm.held === null && clicks > 0) {
        state.clicks += clicks;
        const rate = Math.min(1, clicks / Math.min(state.clicks, SHARE_OVER));
        state.share += (repeats / clicks - state.share) * rate;
      }
      if (!isKnown) return { score: 0, type: 'high' };
      const expected = clicks * usualShare;
      takeCount(state.high, repeats, expected, MANY, 1 + DISPERSION * expected);
      return { score: state.high.sum / ALARM, type: 'high' };
    });
  },
  value: (state) => alarmOf(state, ALARM),
  nextChange: (state, known, zone) =>
    changeOf(state, known, zone, ({ open }) => {
      if (state.clicks < FEWEST) return false;
      return state.high.sum + open.repeats * Math.log(MANY) >= ALARM;
    }),
  encode: (state) => state,
  decode: (stored) => stored as RepeatsState,
};

/** Whether it clicked within the hour before, or did already in this bucket; it has now. */
function isMet({ met }: RepeatsState, number: number, now: number): boolean {
  const at = met.findIndex(([each]) => each === number);
  const before = at < 0 ? undefined : (met[at] as [number, number])[1];
  if (at >= 0) met.splice(at, 1);
  met.push([number, Math.max(now, before ?? now)]);
  while (met.length > MOST_KEPT || (met[0] as [number, number])[1] <= now - SPAN) met.shift();
  return before !== undefined && before > now - SPAN;
}

/** FNV-1a of the text, cut to 12 bits. */
function numberOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 12)) & (NUMBERS - 1);
}
