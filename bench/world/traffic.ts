/** What each channel of a market was given and what came of it, hour by hour. */

import type { Hello, MarketEvent } from './market.ts';

/** Of one hour: euros planned and spent, clicks, applications. */
export type Amount = 'planned' | 'spent' | 'clicks' | 'applications';

export class MarketTraffic {
  readonly #hours: number;
  readonly #lists = new Map<string, Record<Amount, Float64Array>>();

  constructor({ hours }: Pick<Hello, 'hours'>) {
    this.#hours = hours;
  }

  /** @param budgets by `campaign/channel`, of this hour */
  add(hour: number, budgets: Readonly<Record<string, number>>, events: readonly MarketEvent[]): void {
    for (const [key, budget] of Object.entries(budgets)) this.put(key, 'planned', hour, budget);
    for (const { type, campaign_id, channel, cost = 0 } of events) {
      const key = `${campaign_id}/${channel}`;
      this.put(key, 'spent', hour, cost);
      if (type === 'click') this.put(key, 'clicks', hour, 1);
      if (type === 'application') this.put(key, 'applications', hour, 1);
    }
  }

  put(key: string, amount: Amount, hour: number, more: number): void {
    let lists = this.#lists.get(key);
    if (lists === undefined) {
      const list = () => new Float64Array(this.#hours);
      lists = { planned: list(), spent: list(), clicks: list(), applications: list() };
      this.#lists.set(key, lists);
    }
    lists[amount][hour] = (lists[amount][hour] as number) + more;
  }

  /** The sum over hours `from` to before `to`, of a channel in a campaign or in all of them. */
  sum(amount: Amount, channel?: string, campaign?: string, from = 0, to = this.#hours): number {
    let sum = 0;
    for (const [key, lists] of this.#lists) {
      const [ofCampaign, name] = key.split('/');
      if (channel !== undefined && name !== channel) continue;
      if (campaign !== undefined && ofCampaign !== campaign) continue;
      for (const value of lists[amount].subarray(Math.max(0, from), Math.max(0, to))) sum += value;
    }
    return sum;
  }
}
