/** Reads a response: its curve, and the forecast of the next hour made of it. */

import { fromMicros } from '../../core/units.ts';
import { factorsOf, rateOf, shapeOf } from './conversion-rate.ts';
import { delayWeights } from './delay.ts';
import { dispersionOf } from './dispersion.ts';
import { liveError } from './forecast-record.ts';
import { localHour } from './local-hour.ts';
import { negativeBinomialQuantile } from './negative-binomial.ts';
import { clickCostOf, priceVariance, scaleFactors, scaleOf } from './price-curve.ts';
import {
  applicationsAt,
  clickCostAt,
  clicksAt,
  dispersionAt,
  type ResponseCurve,
  rateAt,
} from './response-curve.ts';
import type { ResponseForecast } from './response-forecast.ts';
import type { ResponseState } from './response-state.ts';

/** Five digits are more than is known, and keep the value small. */
const DIGITS = 5;

/** Undefined before the first hour with clicks is over. */
export function curveOf(state: ResponseState): ResponseCurve | undefined {
  const { price, rate } = state;
  if (price === undefined) return undefined;
  const factors = scaleFactors(price);
  const { cap } = state.cap;
  return {
    click_cost: rounded(clickCostOf(price)),
    scale: rounded(scaleOf(price)),
    scale_weekday: factors.weekday.map(rounded),
    scale_block: factors.block.map(rounded),
    rate: rounded(Math.min(1, rateOf(rate))),
    rate_weekday: factorsOf(rate.weekday).map(rounded),
    rate_block: factorsOf(rate.block).map(rounded),
    shape: rounded(shapeOf(rate)),
    price_variance: priceVariance(price).map(rounded) as [number, number, number],
    dispersion: rounded(dispersionOf(state.dispersion)),
    delay: delayWeights(state.delay).map(rounded),
    ...(cap !== undefined && { cap: rounded(cap) }),
  };
}

/** The same until the next hour is closed. */
export function forecastOf(state: ResponseState): ResponseForecast | undefined {
  const curve = curveOf(state);
  if (curve === undefined || state.next === undefined) return undefined;
  const at = localHour(state.ofWeek);
  const planned = state.planned.get(state.next);
  const spend = Math.max(0.01, planned === undefined ? state.usualSpend : fromMicros(planned));
  const applications = applicationsAt(curve, spend, at);
  const dispersion = dispersionAt(curve, spend, at);
  const most = negativeBinomialQuantile(applications, dispersion, 0.9);
  const least = negativeBinomialQuantile(applications, dispersion, 0.1);
  const value = spend / applications;
  const { ratio, naive } = liveError(state.record, state.next);
  return {
    value: rounded(value),
    low: rounded(Math.min(value, spend / Math.max(1, most))),
    high: rounded(Math.max(value, spend / Math.max(1, least))),
    ...(naive !== undefined && { naive: rounded(naive) }),
    applications: rounded(applications),
    clicks: rounded(clicksAt(curve, spend, at)),
    spend: rounded(spend),
    click_cost: rounded(clickCostAt(curve, spend, at)),
    rate: rounded(rateAt(curve, at)),
    hours: state.hours,
    served: ratio !== undefined && ratio < 1,
    ...(ratio !== undefined && { error: rounded(ratio) }),
    ...(state.rate.alarm && { alarm: state.rate.alarm.side }),
    ...(state.pace.told && { pace: state.pace.told }),
    curve,
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
