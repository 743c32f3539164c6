/** What money buys on one channel of one campaign: price, conversion with its delay, guard and inventory in one model. */

import { fromMicros, HOUR, type Micros, type Millis } from '../../core/units.ts';
import { matchClick, noteClick } from './click-sample.ts';
import { closeHour } from './close-hour.ts';
import { ageRate } from './conversion-rate.ts';
import { LONGEST_DELAY, learnDelay } from './delay.ts';
import { relaxCap } from './inventory-cap.ts';
import { hourOf, hourOfWeek, type ZoneClock } from './local-hour.ts';
import { noteLate, noteSpend, restPace } from './pace.ts';
import { agePriceCurve } from './price-curve.ts';
import type { ResponseForecast } from './response-forecast.ts';
import { decodeResponse, encodeResponse, newResponseState, type ResponseState } from './response-state.ts';
import { forecastOf } from './response-value.ts';

/** Plans are kept for so many hours ahead. */
const PLAN_HOURS = 48;

/**
 * Feed it events as they come; `advance` closes the hours that are over, and only then does anything change that
 * `value` tells. Events of closed hours add their evidence when the next hour is closed.
 * Formulas: price-curve.ts, conversion-rate.ts, delay.ts, guard.ts, inventory-cap.ts, negative-binomial.ts.
 * Memory: about 3 kB as JSON, whatever happens. Cost: 1 µs an event, about 10 µs an hour.
 */
export const response = {
  create: newResponseState,

  /**
   * @param time when it was clicked; `now` is stream time
   * @param cost of the click
   * @param clickId lets the delay of its application be learned
   * @returns false when the click is too old to say anything
   */
  addClick(state: ResponseState, time: Millis, now: Millis, cost: Micros, clickId?: string): boolean {
    const hour = hourOf(Math.min(time, now));
    if (clickId !== undefined) noteClick(state.sample, clickId, time);
    if (isClosed(state, hour)) {
      if ((state.next as number) - hour >= LONGEST_DELAY) return false;
      state.late.set(hour, (state.late.get(hour) ?? 0) + 1);
      noteSpend(state.pace, cost, now - time);
      noteLate(state.pace, hour, cost);
      return true;
    }
    noteSpend(state.pace, cost, now - time);
    const open = openHour(state, hour);
    open.clicks += 1;
    open.micros += cost;
    open.squares += fromMicros(cost) ** 2;
    return true;
  },

  /**
   * An earlier click turned out not to count. In an hour that is open it is as if it had never been; of one that is
   * closed nothing is expected of it any more, and what was is taken out of the evidence when the next hour is closed.
   * What the closed hour taught of prices stays.
   * @returns false when there was no such click, or it is too old to matter
   */
  takeBackClick(state: ResponseState, time: Millis, now: Millis, cost: Micros): boolean {
    const hour = hourOf(Math.min(time, now));
    if (isClosed(state, hour)) {
      if ((state.next as number) - hour >= LONGEST_DELAY) return false;
      const late = (state.late.get(hour) ?? 0) - 1;
      if (late === 0) state.late.delete(hour);
      else state.late.set(hour, late);
      return true;
    }
    const open = state.open.get(hour);
    if (open === undefined || open.clicks === 0) return false;
    open.clicks -= 1;
    open.micros = Math.max(0, open.micros - cost);
    open.squares = open.clicks === 0 ? 0 : Math.max(0, open.squares - fromMicros(cost) ** 2);
    return true;
  },

  addApplication(state: ResponseState, time: Millis, now: Millis, clickId?: string): boolean {
    const hour = hourOf(Math.min(time, now));
    const seen = clickId === undefined ? undefined : matchClick(state.sample, clickId, time);
    if (seen) learnDelay(state.delay, state.freshDelay, seen.hours, seen.weight);
    openHour(state, isClosed(state, hour) ? (state.next as number) : hour).applications += 1;
    return true;
  },

  /** What is meant to be spent in the hour of `time` and in those after it: shows what a channel cannot spend. */
  addPlan(state: ResponseState, time: Millis, amounts: readonly Micros[]): void {
    const first = hourOf(time);
    for (const hour of state.planned.keys()) if (hour >= first) state.planned.delete(hour);
    amounts.slice(0, PLAN_HOURS).forEach((micros, i) => {
      if (!isClosed(state, first + i)) state.planned.set(first + i, micros);
    });
  },

  /**
   * Closes every hour that is over at `now`.
   * @param prior applications per click of the next level up (category or channel), where it is known
   * @returns whether the value may have changed
   */
  advance(state: ResponseState, now: Millis, zone: ZoneClock, prior?: number): boolean {
    const until = hourOf(now);
    if (state.next === undefined || state.next >= until) return false;
    state.rate.prior = prior !== undefined && prior > 0 && prior <= 1 ? prior : undefined;
    while (state.next < until) {
      const quiet = quietHours(state, state.next, until);
      if (quiet > 0) {
        age(state, quiet);
        state.next += quiet;
        continue;
      }
      closeHour(state, state.next, hourOfWeek(state.next, zone));
      state.next += 1;
    }
    for (const hour of state.planned.keys()) if (hour < state.next) state.planned.delete(hour);
    state.ofWeek = hourOfWeek(state.next, zone);
    return true;
  },

  /** Undefined before the first hour with clicks is over. */
  value(state: ResponseState): ResponseForecast | undefined {
    return forecastOf(state);
  },

  /** The end of the first open hour; Infinity while nothing is on its way any more. */
  nextChange(state: ResponseState, now: Millis): Millis {
    if (state.next === undefined || quietHours(state, state.next, state.next + 1) > 0)
      return Number.POSITIVE_INFINITY;
    return Math.max((state.next + 1) * HOUR, now);
  },

  encode: encodeResponse,
  decode: decodeResponse,
};

function isClosed({ next }: ResponseState, hour: number): boolean {
  return next !== undefined && hour < next;
}

function openHour(state: ResponseState, hour: number) {
  state.next ??= hour;
  let open = state.open.get(hour);
  if (open === undefined) {
    open = { clicks: 0, micros: 0, squares: 0, applications: 0 };
    state.open.set(hour, open);
  }
  return open;
}

/** Hours from `next` on in which nothing happened and no application is due, up to `until`. */
function quietHours(state: ResponseState, next: number, until: number): number {
  if (next - state.newest < LONGEST_DELAY || state.late.size > 0) return 0;
  const first = Math.min(until, ...state.open.keys());
  return Math.max(0, first - next);
}

function age(state: ResponseState, hours: number): void {
  ageRate(state.rate, hours);
  if (state.price) agePriceCurve(state.price, hours);
  relaxCap(state.cap, hours, state.usualSpend);
  state.clicks.fill(0);
  restPace(state.pace);
}
