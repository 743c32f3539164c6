/** Closes an hour of a response: everything that is learned from it, in one place. */

import { fromMicros, HOUR } from '../../core/units.ts';
import { learnClickCosts, squaredVariation } from './click-costs.ts';
import { thin } from './click-sample.ts';
import { ageRate, dueIn, learnRate, rateOf, reseedRate, settleAlarm } from './conversion-rate.ts';
import { arrivalShares, delayWeights, LONGEST_DELAY, takeFresh } from './delay.ts';
import { dispersionOf, learnDispersion } from './dispersion.ts';
import { recordHour } from './forecast-record.ts';
import { watch } from './guard.ts';
import { remaining } from './half-life.ts';
import { relaxCap, watchInventory } from './inventory-cap.ts';
import { hoursBefore, localHour } from './local-hour.ts';
import { closePace, knownAtEnd } from './pace.ts';
import { agePriceCurve, learnPrice, newPriceCurve } from './price-curve.ts';
import { clicksAt, rateAt } from './response-curve.ts';
import type { OpenHour, ResponseState } from './response-state.ts';
import { curveOf } from './response-value.ts';
import { levelOf } from './spend-level.ts';

/** Of the logarithm of an hour's cost per click, beside what single clicks differ by; for one click. */
const HOURLY_VARIANCE = 0.04;
const SPEND_HALF_LIFE_HOURS = 3;
const EMPTY: OpenHour = { clicks: 0, micros: 0, squares: 0, applications: 0 };

/** @param ofWeek the hour of the week of `hour` in the entity's zone */
export function closeHour(state: ResponseState, hour: number, ofWeek: number): void {
  const open = state.open.get(hour) ?? EMPTY;
  const { clicks, micros, applications } = open;
  const spend = fromMicros(micros);
  // of an hour whose clicks come late only so much is known by now
  const known = knownAtEnd(state.pace);
  const planned = state.planned.get(hour);
  state.open.delete(hour);
  state.planned.delete(hour);
  takeFresh(state.delay, state.freshDelay);
  const shares = arrivalShares(delayWeights(state.delay));
  const before = curveOf(state);
  const local = localHour(ofWeek);

  state.clicks[hour % LONGEST_DELAY] = clicks;
  if (clicks > 0) state.newest = hour;
  const late = takeLate(state, hour, ofWeek, shares);
  const due = dueIn(state.rate, ofWeek, shares, (lag) => clicksOf(state, hour - lag));
  const exposure = Math.max(0, due.exposure + late);
  const rate = rateOf(state.rate);
  // applications of clicks that were never seen say nothing about a rate
  const came = exposure > 0 ? applications : 0;

  if (before) {
    const earlier = due.exposure - (shares[0] as number) * clicks * (rateAt(before, local) / before.rate);
    const coming = (shares[0] as number) * clicksAt(before, spend, local) * rateAt(before, local);
    recordHour(state.record, hour, spend, came, Math.max(0, rate * earlier) + coming);
    if (planned !== undefined) {
      const plan = fromMicros(planned);
      const expected = known * clicksAt({ ...before, cap: plan }, plan, local);
      watchInventory(state.cap, plan, spend / known, expected, clicks);
    }
  } else recordHour(state.record, hour, spend, came, undefined);
  relaxCap(state.cap, 1, state.usualSpend);

  ageRate(state.rate, 1);
  learnRate(state.rate, came, { ...due, exposure });
  guardRate(state, hour, came, rate, exposure);
  learnClicks(state, open, planned && fromMicros(planned), ofWeek, known);
  const kept = remaining(1, SPEND_HALF_LIFE_HOURS);
  state.usualSpend =
    state.usualSpend === 0 ? spend / known : state.usualSpend * kept + (spend / known) * (1 - kept);
  const { cap } = state.cap;
  const isLimited = cap !== undefined;
  const meant =
    planned === undefined ? undefined : Math.min(fromMicros(planned), cap ?? Number.POSITIVE_INFINITY);
  const expected = before && meant !== undefined ? clicksAt({ ...before, cap: meant }, meant, local) : 0;
  closePace(state.pace, { hour, ofWeek, isLimited }, meant, spend, expected);
  thin(state.sample, (hour + 1) * HOUR);
}

function guardRate(state: ResponseState, hour: number, came: number, rate: number, exposure: number): void {
  const { alarm } = state.rate;
  const expected = rate * exposure;
  const dispersion = dispersionOf(state.dispersion);
  if (alarm === undefined) learnDispersion(state.dispersion, came, expected);
  const back = alarm && {
    side: alarm.side === 'low' ? ('high' as const) : ('low' as const),
    ratio: alarm.side === 'low' ? Math.max(1.5, alarm.before / rate) : Math.min(0.7, alarm.before / rate),
  };
  const change = watch(state.guard, came, expected, exposure, dispersion, back);
  if (change) reseedRate(state.rate, change, hour);
  else settleAlarm(state.rate, hour);
}

function learnClicks(
  state: ResponseState,
  { clicks, micros, squares }: OpenHour,
  planned: number | undefined,
  ofWeek: number,
  known: number,
): void {
  const spend = fromMicros(micros);
  if (state.price) agePriceCurve(state.price, 1);
  if (!(clicks > 0 && spend > 0)) return;
  state.hours += 1;
  learnClickCosts(state.costs, clicks, spend, squares);
  const level = levelOf(state.level, spend / known, clicks / known, planned);
  state.price ??= newPriceCurve(spend / clicks, level);
  const variance = (HOURLY_VARIANCE + squaredVariation(state.costs)) / clicks;
  learnPrice(state.price, localHour(ofWeek), level, spend / clicks, variance);
}

/** Late clicks take their place, and those taken back leave it; what of their applications was due before this hour is returned as exposure. */
function takeLate(state: ResponseState, hour: number, ofWeek: number, shares: Float64Array): number {
  let exposure = 0;
  for (const [of, more] of state.late) {
    const age = hour - of;
    if (age >= LONGEST_DELAY) continue;
    const before = clicksOf(state, of);
    // never more than there were are taken back
    const clicks = Math.max(more, -before);
    state.clicks[of % LONGEST_DELAY] = before + clicks;
    if (clicks > 0) state.newest = Math.max(state.newest, of);
    let passed = 0;
    for (let lag = 0; lag < age; lag += 1) passed += shares[lag] as number;
    const single = new Float64Array([1]);
    exposure += passed * dueIn(state.rate, hoursBefore(ofWeek, age), single, () => clicks).exposure;
  }
  state.late.clear();
  return exposure;
}

function clicksOf(state: ResponseState, hour: number): number {
  return state.clicks[((hour % LONGEST_DELAY) + LONGEST_DELAY) % LONGEST_DELAY] as number;
}
