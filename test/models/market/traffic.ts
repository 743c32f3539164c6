/** A made-up channel for tests of the market models: clicks and applications of given spends, with the truth known. */

import { seededRng } from '../../../src/core/random.ts';
import { HOUR, type Micros, type Millis, toMicros } from '../../../src/core/units.ts';
import { gammaDraw } from '../../../src/models/market/gamma-draw.ts';
import { response } from '../../../src/models/market/response.ts';
import type { ResponseState } from '../../../src/models/market/response-state.ts';

/** A Monday, 00:00 UTC. */
export const START: Millis = Date.UTC(2026, 0, 5);

export interface Channel {
  readonly clickCost: number;
  readonly scale: number;
  readonly rate: number;
  readonly delayHours: number;
  /** Counts have variance μ + dispersion μ². */
  readonly dispersion?: number;
  readonly weekday?: readonly number[];
  /** Money that it does not spend. */
  readonly most?: number;
}

export interface Fed {
  readonly time: Millis;
  readonly id: string;
  /** Absent: an application. */
  readonly cost?: Micros;
}

export const usual: Channel = { clickCost: 0.5, scale: 20, rate: 0.08, delayHours: 2 };

/** Clicks of each hour's spend and their applications, in the order of their times. */
export function eventsOf(
  channel: (hour: number) => Channel,
  spends: readonly number[],
  seed: number,
): { events: Fed[]; bought: number[] } {
  const rng = seededRng(seed);
  const events: Fed[] = [];
  const bought = spends.map(() => 0);
  spends.forEach((given, hour) => {
    const { clickCost, scale, rate, delayHours, dispersion, weekday, most } = channel(hour);
    const spend = Math.min(given, most ?? given);
    if (!(spend > 0)) return;
    const price = clickCost * (1 + spend / scale);
    const level = dispersion ? gammaDraw(1 / dispersion, rng) * dispersion : 1;
    const odds = rate * (weekday?.[Math.floor(hour / 24) % 7] ?? 1);
    for (let n = poisson((spend / price) * level, rng); n > 0; n -= 1) {
      const time = START + (hour + rng()) * HOUR;
      const id = `${seed}-${hour}-${n}`;
      events.push({ time, id, cost: toMicros(price * (0.8 + 0.4 * rng())) });
      if (rng() >= odds) continue;
      bought[hour] = (bought[hour] as number) + 1;
      events.push({ time: time - delayHours * HOUR * Math.log(1 - rng()), id });
    }
  });
  return { events: events.sort((a, b) => a.time - b.time), bought };
}

/** Feeds a response up to the end of so many hours; calls `each` after every hour is closed. */
export function feed(
  state: ResponseState,
  events: readonly Fed[],
  hours: number,
  { prior, each }: { prior?: number; each?: (hour: number) => void } = {},
): ResponseState {
  let at = 0;
  for (let hour = 0; hour < hours; hour += 1) {
    const end = START + (hour + 1) * HOUR;
    for (; at < events.length && (events[at] as Fed).time < end; at += 1) feedOne(state, events[at] as Fed);
    response.advance(state, end, () => 0, prior);
    each?.(hour);
  }
  return state;
}

export function feedOne(state: ResponseState, { time, id, cost }: Fed, now = time): void {
  if (cost === undefined) response.addApplication(state, time, now, id);
  else response.addClick(state, time, now, cost, id);
}

export function poisson(mean: number, rng: () => number): number {
  let count = 0;
  let passed = -Math.log(1 - rng());
  while (passed < mean) {
    count += 1;
    passed -= Math.log(1 - rng());
  }
  return count;
}
