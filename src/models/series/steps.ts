/** Events summed up by steps of time: the steps that are over go to a model, in order, those without events too. */

import { fromMicros, LARGEST_SUMMAND, type Micros, type Millis, toMicros } from '../../core/units.ts';

/** So many steps without an event, and the series has stopped: nothing is taken until it goes on. */
const LONGEST_SILENCE = 600;

export interface Steps {
  /** Number of the first step that is not over, since the epoch; −1 before the first event. */
  next: number;
  /** The last one with events. */
  newest: number;
  /** Number of a step and its sum, or how many events where no value is fed. */
  open: [number, Micros][];
}

export function noSteps(): Steps {
  return { next: -1, newest: -1, open: [] };
}

/**
 * Adds an event. What is no number, or too large a one, counts nothing.
 * @param value absent: the event counts 1
 * @returns false when its step is over
 */
export function addTo(steps: Steps, step: Millis, time: Millis, now: Millis, value: unknown): boolean {
  const number = Math.floor(time / step);
  if (number < Math.max(steps.next, Math.floor(now / step))) return false;
  const units = value === undefined ? 1 : value;
  if (typeof units !== 'number' || !(Math.abs(units) <= LARGEST_SUMMAND)) return true;
  if (steps.next < 0) steps.next = number;
  const found = steps.open.find(([each]) => each === number);
  if (found) found[1] += toMicros(units);
  else steps.open.push([number, toMicros(units)]);
  return true;
}

/** Gives `take` every step that is over at `now`. */
export function takeUntil(
  steps: Steps,
  step: Millis,
  now: Millis,
  take: (start: Millis, value: number) => void,
): void {
  const until = Math.floor(now / step);
  while (steps.next >= 0 && steps.next < until) {
    const { next } = steps;
    const at = steps.open.findIndex(([number]) => number === next);
    const micros = at < 0 ? undefined : (steps.open.splice(at, 1)[0] as [number, Micros])[1];
    if (micros !== undefined) steps.newest = next;
    if (micros === undefined && next - steps.newest > LONGEST_SILENCE) {
      steps.next = Math.min(until, ...steps.open.map(([number]) => number));
      continue;
    }
    take(next * step, fromMicros(micros ?? 0));
    steps.next = next + 1;
  }
}

/** When the first step that is not over will be; Infinity once the series has stopped. */
export function endOf({ next, newest, open }: Steps, step: Millis): Millis {
  if (next < 0 || (open.length === 0 && next - newest > LONGEST_SILENCE)) return Number.POSITIVE_INFINITY;
  return (next + 1) * step;
}
