/** The cost of a click, given what is spent: dearer clicks show within minutes. */

import { fromMicros } from '../../core/units.ts';
import { hourOf, hourOfWeek, localHour } from '../market/local-hour.ts';
import { clickCostAt, clicksAt } from '../market/response-curve.ts';
import { heldOr } from './alarm-state.ts';
import { bucketAt } from './buckets.ts';
import {
  advanceState,
  alarmOf,
  changeOf,
  type DetectorState,
  newDetectorState,
  rounded,
} from './detector-state.ts';
import { takeCount, takeGain } from './evidence.ts';
import { biasAt, type HourBias, noBias, steepness, takeBias } from './hour-bias.ts';
import { type HourSpend, spendWith } from './hour-spend.ts';
import { BUCKET, type MarketDetector, unheard } from './market-detector.ts';

const ALARM = 8;
/** The alternative: three times as dear. The same money then buys a third; half is enough to say so. */
const SHIFT = Math.log(3);
const HALF = 0.5;
/** Variance of the mean that no number of clicks takes away, more where the curve is steep; and the least of one click. */
const MISFIT = 0.02;
const STEEP_MISFIT = 0.3;
const LEAST_VARIANCE = 0.06;
const VARIANCE_RATE = 0.02;
/** A single click says no more than this, however dear it was. */
const MOST_PER_CLICK = 5.5;
const FARTHEST = Math.log(4);
const DISPERSION = 0.03;
const FEWEST_HOURS = 72;
const BUCKETS_AN_HOUR = 12;

interface ClickCostState extends DetectorState {
  readonly spend: HourSpend;
  /** Of the cost, in hours weighted by their clicks. */
  readonly bias: HourBias;
  /** Log of the usual cost in currency units when the last bucket was closed; null before. */
  level: number | null;
  /** Of the log cost of a click. */
  variance: number;
}

/**
 * Gain of a bucket with n clicks of mean log cost x above what is usual: m (x − m/2) / (σ²/n + τ²), m = log 3, the
 * log-likelihood ratio of normal means. That the money buys fewer clicks (`low`) counts too, but never more than the
 * costs themselves: where there are no clicks, nothing is dear. About 1.2 kB, 1 µs a bucket.
 */
export const clickCostDetector: MarketDetector<ClickCostState> = {
  create: () => ({
    ...newDetectorState(),
    spend: { hour: -1, micros: 0 },
    bias: noBias(),
    level: null,
    variance: 0.16,
  }),
  click(state, time, cost) {
    const bucket = bucketAt(state.buckets, time, BUCKET);
    bucket.clicks += 1;
    bucket.micros += cost;
    if (cost <= 0) return;
    const log = Math.log(fromMicros(cost));
    bucket.priced += 1;
    bucket.logs += state.level === null ? log : within(log, state.level);
  },
  outcome: unheard,
  advance(state, now, usual, zone) {
    return advanceState(state, now, usual, (bucket, start, { curve: live, spend: planned, hours }) => {
      const curve = heldOr(state.alarm, live);
      const at = localHour(hourOfWeek(hourOf(start), zone));
      const spent = spendWith(state.spend, start, BUCKET, bucket.micros, planned);
      const plain = clickCostAt(curve, spent, at);
      const steep = steepness(curve, spent, at);
      const factor = biasAt(state.bias, at.hour, steep);
      state.level = Math.log(plain * factor);
      const { priced } = bucket;
      const above = priced === 0 ? 0 : bucket.logs / priced - state.level;
      const isHeld = state.alarm.held !== null;
      takeBias(state.bias, at.hour, priced * Math.exp(above) * factor, priced, steep, isHeld);
      if (hours < FEWEST_HOURS) return { score: 0, type: 'high' };
      const expected = clicksAt(curve, planned, at) / BUCKETS_AN_HOUR / factor;
      takeCount(state.low, bucket.clicks, expected, HALF, 1 + DISPERSION * expected);
      if (priced > 0) {
        const gain =
          (SHIFT * (above - SHIFT / 2)) / (state.variance / priced + MISFIT + STEEP_MISFIT * steep * steep);
        takeGain(state.high, Math.min(gain, MOST_PER_CLICK * priced), above * priced, priced);
        if (!isHeld) learnVariance(state, above, priced);
      }
      const { sum } = state.high;
      return { score: (sum + Math.min(sum, state.low.sum)) / ALARM, type: 'high' };
    });
  },
  /** `expected` and `seen` are costs of a click in currency units. */
  value(state) {
    const alarm = alarmOf(state, ALARM);
    if (alarm?.seen === undefined || state.level === null || state.high.expected === 0) return alarm;
    const above = state.high.seen / state.high.expected;
    return {
      ...alarm,
      expected: rounded(Math.exp(state.level)),
      seen: rounded(Math.exp(state.level + above)),
    };
  },
  nextChange: (state, known, zone) =>
    changeOf(state, known, zone, ({ open, usual: { curve, hours }, at }) => {
      if (hours < FEWEST_HOURS || open.priced === 0) return false;
      // a click is never cheaper than where next to nothing is spent, at whichever end the bias is less
      const least = clickCostAt(curve, 0, at) * Math.min(1, biasAt(state.bias, at.hour, 1));
      const above = open.logs / open.priced - Math.log(least);
      const gain = (SHIFT * (above - SHIFT / 2)) / (LEAST_VARIANCE / open.priced + MISFIT);
      const most = state.high.sum + Math.max(0, Math.min(gain, MOST_PER_CLICK * open.priced));
      return 2 * most >= ALARM;
    }),
  encode: (state) => state,
  decode: (stored) => stored as ClickCostState,
};

function learnVariance(state: ClickCostState, above: number, priced: number): void {
  const next = state.variance + VARIANCE_RATE * (above ** 2 * priced - state.variance);
  state.variance = Math.max(LEAST_VARIANCE, next);
}

function within(log: number, level: number): number {
  return Math.max(level - FARTHEST, Math.min(level + FARTHEST, log));
}
