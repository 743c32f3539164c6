/** A channel with a known response: clicks and applications of a bucket, from a seed, for detectors to look at. */

import { HOUR, type Millis } from '../../../src/core/units.ts';
import { BUCKET, type MarketDetector, type Usual } from '../../../src/models/alarms/market-detector.ts';
import { Draw } from '../series/draw.ts';

export const START = Date.UTC(2026, 0, 5);
const FLAT = { scale_weekday: new Array(7).fill(1), scale_block: new Array(8).fill(1) };
const EVEN = { rate_weekday: new Array(7).fill(1), rate_block: new Array(8).fill(1) };

/** 30 currency units an hour buy 60 clicks of 0.5, and 6 applications. */
export const USUAL: Usual = {
  curve: {
    click_cost: 0.25,
    scale: 30,
    ...FLAT,
    rate: 0.1,
    ...EVEN,
    shape: 400,
    price_variance: [0.001, 0, 0.01],
    dispersion: 0.02,
    delay: [0, 1, 0, 0],
  },
  spend: 30,
  hours: 400,
};
export const UTC = () => 0;

export interface Trouble {
  /** How many times as dear, as many clicks, as many applications of them, as many repeats. */
  readonly cost?: number;
  readonly clicks?: number;
  readonly rate?: number;
  readonly repeats?: number;
}

export class Story {
  readonly #draw: Draw;
  #waiting: number[] = [];
  #names = 0;
  time: Millis = START;
  /** What the response has learned by now. */
  usual: Usual = USUAL;

  constructor(seed: number) {
    this.#draw = new Draw(seed);
  }

  /** One bucket of events goes to the detector, which then closes it. */
  bucket(detector: MarketDetector, state: unknown, trouble: Trouble = {}): void {
    const { cost = 1, clicks = 1, rate = 1, repeats = 0 } = trouble;
    const draw = this.#draw;
    const end = this.time + BUCKET;
    for (let n = draw.poisson((5 / cost) * clicks); n > 0; n -= 1) {
      const time = this.time + draw.uniform() * BUCKET;
      const price = 0.5 * cost * Math.exp(0.2 * draw.normal());
      if (draw.uniform() >= 0.05 + repeats) this.#names += 1;
      detector.click(state, time, Math.round(price * 1e6), `net ${this.#names}`);
      if (draw.uniform() < 0.1 * rate) this.#waiting.push(time - 1.5 * HOUR * Math.log(1 - draw.uniform()));
    }
    for (const time of this.#waiting.filter((each) => each < end)) detector.outcome(state, time);
    this.#waiting = this.#waiting.filter((each) => each >= end);
    this.time = end;
    detector.advance(state, end, this.usual, UTC);
  }

  /** @returns minutes until the alarm, or undefined */
  until(detector: MarketDetector, state: unknown, trouble: Trouble, buckets: number): number | undefined {
    for (let i = 1; i <= buckets; i += 1) {
      this.bucket(detector, state, trouble);
      if (detector.value(state)?.active) return (i * BUCKET) / 60_000;
    }
    return undefined;
  }
}
