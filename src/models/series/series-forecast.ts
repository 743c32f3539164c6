/** forecast: what the hour under way will bring, in sum or count, from the hours before. */

import { HOUR } from '../../core/units.ts';
import type { Aggregate } from '../aggregate.ts';
import {
  forecast,
  isServed,
  lastValue,
  newForecaster,
  type SeriesForecaster,
  takeHour,
} from './series-forecaster.ts';
import { ErrorsByState } from './step-errors.ts';
import { addTo, endOf, noSteps, type Steps, takeUntil } from './steps.ts';

interface ForecastState {
  readonly steps: Steps;
  readonly forecaster: SeriesForecaster;
}

/**
 * Value, after the first day: `{ value, low, high, hours, served, error }`: the forecast of the first hour that is not
 * over, its 80 % interval, the hours it was learned from, whether its error of late is below that of the last hour's
 * value, and the first over the second. Late events of hours that are over are refused. 4 kB as JSON, 50 µs an hour.
 */
export function seriesForecast(): Aggregate<ForecastState> {
  const errors = new ErrorsByState();
  const until = (state: ForecastState, now: number) =>
    takeUntil(state.steps, HOUR, now, (start, value) => {
      const { forecaster } = state;
      const said = forecast(forecaster, start);
      const last = lastValue(forecaster);
      takeHour(forecaster, start, value);
      if (said !== undefined && last !== undefined)
        errors.add(state, Math.abs(value - said.value), Math.abs(value - last));
    });
  return {
    create: newState,
    add(state, time, now, value) {
      until(state, now);
      return addTo(state.steps, HOUR, time, now, value);
    },
    value(state, now) {
      until(state, now);
      const { forecaster, steps } = state;
      const said = steps.next < 0 ? undefined : forecast(forecaster, steps.next * HOUR);
      if (said === undefined) return undefined;
      const { error, naiveError, seen } = forecaster;
      return {
        value: rounded(said.value),
        low: rounded(said.low),
        high: rounded(said.high),
        hours: seen,
        served: isServed(forecaster),
        ...(naiveError > 0 && { error: rounded(error / naiveError) }),
      };
    },
    nextChange(state, now) {
      until(state, now);
      return endOf(state.steps, HOUR);
    },
    takeErrors: (state) => errors.take(state),
    encode: (state) => (state.steps.next < 0 ? null : state),
    decode: (stored) => (stored === null ? newState() : (stored as ForecastState)),
  };
}

function newState(): ForecastState {
  return { steps: noSteps(), forecaster: newForecaster() };
}

/** Digits of what is told: more is not known. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
