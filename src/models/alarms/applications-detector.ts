/** Applications, given the clicks of the last days and how long applications take: fewer than these clicks are worth. */

import { HOUR } from '../../core/units.ts';
import { DELAY_SCALES } from '../market/delay.ts';
import { hourOf, hourOfWeek, localHour } from '../market/local-hour.ts';
import { rateAt } from '../market/response-curve.ts';
import { heldOr } from './alarm-state.ts';
import { bucketAt } from './buckets.ts';
import { advanceState, alarmOf, changeOf, type DetectorState, newDetectorState } from './detector-state.ts';
import { takeCount } from './evidence.ts';
import { BUCKET, type MarketDetector } from './market-detector.ts';

const ALARM = 6.5;
/** Alternative: so many of the usual. */
const FEW = 0.25;
const DISPERSION = 0.03;
/**
 * The factor of a block is known from 16 applications beside its eighth of those seen (conversion-rate.ts); it forgets
 * them eight times more slowly than the rate does: after two weeks and more it has seen at least twice as many.
 */
const FACTOR_STRENGTH = 16;
const BLOCKS_OF_TWICE = 4;
const FEWEST_HOURS = 168;
/** What is expected is summed up over about so many hours for its spread. */
const SPREAD_HOURS = 3;
const WIDTH = BUCKET / HOUR;

interface ApplicationsState extends DetectorState {
  /** Applications still to come of the clicks so far, by part of the delay. */
  readonly waiting: number[];
  /** Expected of late. */
  recent: number;
}

/**
 * Each click puts its rate among those who wait, divided among the parts of the delay; of a part with mean τ a share of
 * 1 − exp(−t/τ) comes in time t. About 20 expected applications show a quarter of the rate. 700 bytes, 1 µs a bucket.
 */
export const applicationsDetector: MarketDetector<ApplicationsState> = {
  create: () => ({ ...newDetectorState(), waiting: DELAY_SCALES.map(() => 0), recent: 0 }),
  click(state, time) {
    bucketAt(state.buckets, time, BUCKET).clicks += 1;
  },
  outcome(state, time) {
    bucketAt(state.buckets, time, BUCKET).outcomes += 1;
  },
  advance(state, now, usual, zone) {
    return advanceState(state, now, usual, (bucket, start, { curve: live, hours }) => {
      const curve = heldOr(state.alarm, live);
      const rate = rateAt(curve, localHour(hourOfWeek(hourOf(start), zone)));
      const expected = arriving(state, bucket.clicks * rate, curve.delay);
      state.recent = state.recent * Math.exp(-WIDTH / SPREAD_HOURS) + expected;
      if (hours < FEWEST_HOURS) return { score: 0, type: 'low' };
      // what is not known of a block's factor shows over its hours, what is not known of the rate as long as evidence gathers
      const ofBlock = 1 / (FACTOR_STRENGTH + curve.shape / BLOCKS_OF_TWICE);
      const gathered = state.low.expected + expected;
      const spread = 1 + (DISPERSION + ofBlock) * state.recent + gathered / curve.shape;
      takeCount(state.low, bucket.outcomes, expected, FEW, spread);
      return { score: state.low.sum / ALARM, type: 'low' };
    });
  },
  value: (state) => alarmOf(state, ALARM),
  nextChange: (state, known, zone) =>
    changeOf(state, known, zone, ({ open, left, usual }) => {
      if (usual.hours < FEWEST_HOURS) return false;
      const most = arrivingWithin(state, left * WIDTH) + open.clicks;
      return state.low.sum + (1 - FEW) * most >= ALARM;
    }),
  encode: (state) => state,
  decode: (stored) => stored as ApplicationsState,
};

/** Those expected in a bucket at whose start `more` began to wait. */
function arriving({ waiting }: ApplicationsState, more: number, delay: readonly number[]): number {
  let expected = 0;
  for (const [part, scale] of DELAY_SCALES.entries()) {
    const come = -Math.expm1(-WIDTH / scale);
    const wait = (waiting[part] as number) + more * (delay[part] as number);
    expected += wait * come;
    waiting[part] = wait * (1 - come);
  }
  return expected;
}

/** Expected of those who wait already, in so many hours. */
function arrivingWithin({ waiting }: ApplicationsState, hours: number): number {
  let expected = 0;
  for (const [part, scale] of DELAY_SCALES.entries())
    expected -= (waiting[part] as number) * Math.expm1(-hours / scale);
  return expected;
}
