/** Clicks, given the money: none where money is budgeted (an outage), or many more than it can buy (a burst). */

import { hourOf, hourOfWeek, localHour } from '../market/local-hour.ts';
import { clickCostAt, clicksAt } from '../market/response-curve.ts';
import { heldOr } from './alarm-state.ts';
import { bucketAt, isSilent } from './buckets.ts';
import { advanceState, alarmOf, changeOf, type DetectorState, newDetectorState } from './detector-state.ts';
import { type Evidence, takeCount } from './evidence.ts';
import { biasAt, type HourBias, noBias, steepness, takeBias } from './hour-bias.ts';
import { type HourSpend, spendWith } from './hour-spend.ts';
import { BUCKET, type MarketDetector, unheard } from './market-detector.ts';

const ALARM = 11;
/** Alternatives: a tenth, and three times the usual. */
const FEW = 0.1;
const MANY = 3;
/** Variance of the number of clicks beyond Poisson's. */
const DISPERSION = 0.03;
const FEWEST_HOURS = 72;
/** Money beyond three times the plan is not what was meant. */
const MOST_SPEND = 3;
const BUCKETS_AN_HOUR = 12;
/** By bucket: half of it after a week. */
const SLOWLY = 1 - 0.5 ** (1 / (7 * 24 * BUCKETS_AN_HOUR));

interface ClicksState extends DetectorState {
  readonly spend: HourSpend;
  readonly bias: HourBias;
  /** What a click costs when next to nothing is spent, as it was for a week; null before. */
  cost: number | null;
  /** Of more than usual, without odd clicks; absent while it is the same as with them. */
  plain?: Evidence;
}

/**
 * Odd clicks are evidence of too many, not of enough: robots fill no outage, teach nothing, and keep nothing from being
 * learned.
 * About 1 kB, 1 µs a bucket. Formulas: evidence.ts and response-curve.ts.
 */
export const clicksDetector: MarketDetector<ClicksState> = {
  create: () => ({ ...newDetectorState(), spend: { hour: -1, micros: 0 }, bias: noBias(), cost: null }),
  click(state, time, cost, key, isOdd) {
    void key;
    const bucket = bucketAt(state.buckets, time, BUCKET);
    bucket.clicks += 1;
    if (isOdd) bucket.odd = (bucket.odd ?? 0) + 1;
    else bucket.micros += cost;
  },
  outcome: unheard,
  advance(state, now, usual, zone) {
    return advanceState(state, now, usual, (bucket, start, { curve: live, spend: planned, hours }) => {
      const curve = heldOr(state.alarm, live);
      const at = localHour(hourOfWeek(hourOf(start), zone));
      const spent = spendWith(state.spend, start, BUCKET, bucket.micros, planned);
      const plain = clicksAt(curve, planned, at) / BUCKETS_AN_HOUR;
      const steep = steepness(curve, planned, at);
      const factor = biasAt(state.bias, at.hour, steep);
      // odd clicks do not bring a silent channel back to life
      const runs = !isSilent(state.buckets, start, BUCKET);
      const usual = bucket.clicks - (bucket.odd ?? 0);
      if (runs) takeBias(state.bias, at.hour, usual, plain, steep, state.alarm.held !== null);
      if (hours < FEWEST_HOURS) return { score: 0, type: 'low' };
      const expected = plain * factor;
      // clicks that are cheap again after dear days are no burst
      const cost =
        state.cost === null ? live.click_cost : state.cost + SLOWLY * (live.click_cost - state.cost);
      if (runs) state.cost = cost;
      const cheap = Math.min(1, cost / curve.click_cost);
      const money = Math.min(Math.max(spent, planned), MOST_SPEND * planned);
      const most = Math.max(1, factor) * (money / clickCostAt(curve, money, at) / cheap / BUCKETS_AN_HOUR);
      if (runs) takeCount(state.low, usual, expected, FEW, 1 + DISPERSION * expected);
      // forgotten with all evidence, for it is never more
      if (state.high.sum === 0) delete state.plain;
      if (bucket.clicks > usual) state.plain ??= { ...state.high };
      takeCount(state.high, bucket.clicks, most, MANY, 1 + DISPERSION * most);
      if (state.plain) takeCount(state.plain, usual, most, MANY, 1 + DISPERSION * most);
      const { high, low, plain: without = high } = state;
      if (high.sum === without.sum) delete state.plain;
      const isHigh = high.sum > low.sum;
      return {
        score: (isHigh ? high : low).sum / ALARM,
        type: isHigh ? 'high' : 'low',
        suspicion: Math.max(without.sum, low.sum) / ALARM,
      };
    });
  },
  value: (state) => alarmOf(state, ALARM),
  nextChange: (state, known, zone) =>
    changeOf(state, known, zone, ({ open, left, usual: { curve, spend, hours }, at }) => {
      if (hours < FEWEST_HOURS) return false;
      const factor = biasAt(state.bias, at.hour, steepness(curve, spend, at));
      const expected = (clicksAt(curve, spend, at) / BUCKETS_AN_HOUR) * factor;
      const low = state.low.sum + left * expected * (1 - FEW);
      return low >= ALARM || state.high.sum + open.clicks * Math.log(MANY) >= ALARM;
    }),
  encode: (state) => state,
  decode: (stored) => stored as ClicksState,
};
