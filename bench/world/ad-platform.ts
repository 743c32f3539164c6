/** The ad platform of a simulated market: keeps what each channel may spend, and does what weir:actions says. */

import type { Millis } from '../../src/core/units.ts';
import { channelsWithout, type Hello } from './market.ts';

/** An entry of weir:actions, as far as budgets go. */
export interface Asked {
  readonly id: string;
  readonly action: string;
  readonly idempotency_key: string;
  readonly campaign_id?: string;
  readonly budgets?: readonly {
    readonly campaign_id?: string;
    readonly channel?: string;
    readonly budget: number;
    /** Of this clock hour, and of those that follow on the same day. */
    readonly hours?: readonly number[];
  }[];
}

export type PlatformEvent = Readonly<Record<string, unknown>>;

/** What a channel may spend on a day, and where a plan says so in each hour. */
interface Order {
  budget: number;
  hours?: readonly number[] | undefined;
  /** Hour of the market at which `hours` begins. */
  from: number;
}

export class AdPlatform {
  readonly #hello: Hello;
  readonly #orders = new Map<string, Order>();
  readonly #live: string[] = [];
  #sent = 0;

  constructor(hello: Hello) {
    this.#hello = hello;
  }

  /** Campaigns that begin at this hour: the total is shared out anew among all campaigns, in equal parts. */
  begin(hour: number, time: Millis): PlatformEvent[] {
    const { campaigns, dailyBudget } = this.#hello;
    const starting = campaigns.filter(({ startDay = 0 }) => startDay * 24 === hour);
    if (starting.length === 0) return [];
    const events: PlatformEvent[] = [];
    for (const { id } of starting) this.#live.push(id);
    const parts = inCents(dailyBudget, this.#live.length);
    this.#live.forEach((id, i) => {
      const campaign = campaigns.find((each) => each.id === id);
      const channels = this.#channelsOf(id);
      const budgets = inCents(parts[i] as number, channels.length);
      channels.forEach((channel, j) => {
        this.#orders.set(`${id}/${channel}`, { budget: budgets[j] as number, from: hour });
      });
      const isNew = starting.some((each) => each.id === id);
      events.push({
        ...this.#envelope(isNew ? 'campaign.created' : 'campaign.updated', time),
        campaign_id: id,
        daily_budget: parts[i],
        currency: 'EUR',
        channels: channels.map((channel, j) => ({ channel, budget: budgets[j] })),
        ...(isNew && {
          client: 'market',
          timezone: 'UTC',
          autonomy: campaign?.autonomy ?? 'auto',
          objective: 'applications',
          ...(campaign?.job_category && { job_category: campaign.job_category }),
          ...(campaign?.location && { location: campaign.location }),
        }),
      });
    });
    return events;
  }

  /** Does what is asked and says so. */
  apply(asked: Asked, hour: number, time: Millis): PlatformEvent {
    for (const { campaign_id, channel, budget, hours } of asked.budgets ?? []) {
      const campaign = campaign_id ?? asked.campaign_id;
      if (channel !== undefined) this.#orders.set(`${campaign}/${channel}`, { budget, hours, from: hour });
    }
    return {
      ...this.#envelope('action.applied', time),
      action_id: asked.id,
      idempotency_key: asked.idempotency_key,
      ...(asked.budgets && { budgets: asked.budgets.map(({ hours: _plan, ...budget }) => budget) }),
    };
  }

  /** What each channel may spend in an hour: as planned, else an even part of its day. */
  budgets(hour: number): Record<string, number> {
    const entries = [...this.#orders].map(([key, { budget, hours, from }]) => [
      key,
      hours?.[hour - from] ?? budget / 24,
    ]);
    return Object.fromEntries(entries);
  }

  #channelsOf(campaign: string): readonly string[] {
    const later = channelsWithout(this.#hello, campaign);
    return this.#hello.channels.filter((channel) => !later.includes(channel));
  }

  #envelope(type: string, time: Millis): PlatformEvent {
    this.#sent += 1;
    return { id: `platform-${this.#sent}`, type, time };
  }
}

/** Equal parts that add up to the cent, larger ones first. */
function inCents(total: number, parts: number): number[] {
  const cents = Math.round(total * 100);
  const part = Math.floor(cents / parts);
  return Array.from({ length: parts }, (_, i) => (part + (i < cents - part * parts ? 1 : 0)) / 100);
}
