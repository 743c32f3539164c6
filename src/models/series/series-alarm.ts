/** anomaly: whether the sum or count of the steps of late is unusual, as the detector of any series finds. */

import { MINUTE } from '../../core/units.ts';
import type { Aggregate, AggregateOptions } from '../aggregate.ts';
import { newSeriesDetector, type SeriesDetector, type Sighting, sight } from './series-detector.ts';
import { ErrorsByState } from './step-errors.ts';
import { addTo, endOf, noSteps, type Steps, takeUntil } from './steps.ts';

const DEFAULT_STEP = 5 * MINUTE;

interface AlarmState {
  readonly steps: Steps;
  readonly detector: SeriesDetector;
  /** The last step that is over, and what was seen of it. */
  last: (Sighting & { readonly seen: number }) | null;
}

/**
 * Value, once a step is over: `{ value, active, type, p, since, expected, seen }`: value is the score, 1 and more an
 * alarm; `since` in milliseconds since the epoch; expected and seen are of the last step. Late events of steps that are
 * over are refused. At most 12 kB as JSON, 4 µs a step.
 */
export function seriesAlarm({ step = DEFAULT_STEP }: AggregateOptions): Aggregate<AlarmState> {
  const errors = new ErrorsByState();
  const until = (state: AlarmState, now: number) =>
    takeUntil(state.steps, step, now, (start, seen) => {
      const before = state.last?.seen;
      state.last = { ...sight(state.detector, start, seen), seen };
      if (before !== undefined)
        errors.add(state, Math.abs(seen - state.last.expected), Math.abs(seen - before));
    });
  return {
    create: newState,
    add(state, time, now, value) {
      until(state, now);
      return addTo(state.steps, step, time, now, value);
    },
    value(state, now) {
      until(state, now);
      const { last, detector } = state;
      if (last === null) return undefined;
      const { alarm } = detector;
      return {
        value: rounded(last.score),
        active: alarm !== null,
        ...(alarm !== null && { type: alarm.type, since: alarm.since }),
        p: rounded(alarm === null ? last.p : alarm.p),
        expected: rounded(last.expected),
        seen: last.seen,
      };
    },
    nextChange(state, now) {
      until(state, now);
      return endOf(state.steps, step);
    },
    takeErrors: (state) => errors.take(state),
    encode: (state) => (state.steps.next < 0 ? null : state),
    decode: (stored) => (stored === null ? newState() : (stored as AlarmState)),
  };
}

function newState(): AlarmState {
  return { steps: noSteps(), detector: newSeriesDetector(), last: null };
}

/** Digits of what is told: more is not known. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
