/** A market with invented curves: clicks and applications of channels as events, hour by hour, for budgets by the hour. */

import { Random } from '../oracle/random.ts';

export const HOUR = 3_600_000;

export interface Seller {
  readonly channel: string;
  /** Cost of a first click, currency units, and the spend of an hour that doubles it. */
  readonly clickCost: number;
  readonly scale: number;
  /** Applications per click at a time. */
  rate(time: number): number;
}

export interface MarketEvent {
  readonly id: string;
  readonly type: string;
  readonly time: number;
  readonly [field: string]: unknown;
}

export class Market {
  readonly campaign: string;
  readonly #sellers: readonly Seller[];
  readonly #random: Random;
  #waiting: MarketEvent[] = [];
  #count = 0;

  constructor(campaign: string, sellers: readonly Seller[], seed: number) {
    this.campaign = campaign;
    this.#sellers = sellers;
    this.#random = new Random(seed);
  }

  /** What happens in the hour that begins at `start`, in order of time. */
  hour(start: number, spendOf: (channel: string) => number): MarketEvent[] {
    const events: MarketEvent[] = [];
    for (const { channel, clickCost, scale, rate } of this.#sellers) {
      const spend = spendOf(channel);
      const cost = Math.max(0.01, clickCost * (1 + spend / scale));
      const clicks = this.#poisson(spend / cost);
      for (let i = 0; i < clicks; i++) {
        const time = start + this.#random.whole(1, HOUR - 1);
        const click_id = `${this.campaign}-${this.#count++}`;
        const base = { campaign_id: this.campaign, channel, click_id };
        events.push({
          ...base,
          id: click_id,
          type: 'campaign.click',
          time,
          cost: Math.round(cost * 100) / 100,
        });
        if (!this.#random.chance(rate(time))) continue;
        const later = Math.round(-Math.log(1 - this.#random.next()) * 3 * HOUR);
        this.#waiting.push({ ...base, id: `${click_id}a`, type: 'campaign.application', time: time + later });
      }
    }
    const due = this.#waiting.filter(({ time }) => time < start + HOUR);
    this.#waiting = this.#waiting.filter(({ time }) => time >= start + HOUR);
    return [...events, ...due].sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
  }

  /** Many small chances, nearly: a gamma-mixed count would be over-dispersed, this one is not. */
  #poisson(mean: number): number {
    if (mean <= 0) return 0;
    let left = mean;
    let count = 0;
    // split, so that exp does not underflow
    while (left > 0) {
      const part = Math.min(30, left);
      left -= part;
      const limit = Math.exp(-part);
      for (let product = this.#random.next(); product > limit; product *= this.#random.next()) count++;
    }
    return count;
  }
}
