/** A small market of our own for tests: clicks grow with a power of what is spent, weekdays differ, episodes hurt. */

import type { Episode, Hello, Market, MarketDay, MarketEvent } from '../../bench/world/market.ts';
import { seededRng } from '../../src/core/random.ts';
import { HOUR, type Millis } from '../../src/core/units.ts';

export interface SmallChannel {
  /** Clicks of an hour = clicks × spend^0.7. */
  readonly clicks: number;
  /** Applications per click. */
  readonly rate: number;
  /** Factors of the rate, Monday first. */
  readonly weekday?: readonly number[];
}

export interface SmallScenario {
  readonly days: number;
  readonly dailyBudget: number;
  readonly campaigns: Hello['campaigns'];
  readonly channels: Readonly<Record<string, SmallChannel>>;
  readonly optional?: Hello['optional'];
  /** Factors of the rate by `campaign/channel`. */
  readonly special?: Readonly<Record<string, number>>;
  /** The rate of a channel is divided by the factor. */
  readonly episodes?: readonly Episode[];
}

/** A Monday. */
const START: Millis = Date.UTC(2026, 1, 2);
const POWER = 0.7;
const DELAY_HOURS = 1.5;

export class SmallMarket implements Market {
  readonly hello: Hello;
  readonly days: MarketDay[] = [];
  readonly episodes: readonly Episode[];
  readonly #scenario: SmallScenario;
  readonly #random: () => number;
  readonly #arriving = new Map<number, MarketEvent[]>();
  #today = { expectedApplications: 0, equalSplit: 0 };

  constructor(scenario: SmallScenario, seed: number) {
    const { days, dailyBudget, campaigns, channels, optional, episodes = [] } = scenario;
    const start = new Date(START).toISOString();
    this.hello = {
      start,
      hours: days * 24,
      dailyBudget,
      campaigns,
      channels: Object.keys(channels),
      ...(optional && { optional }),
    };
    this.#scenario = scenario;
    this.#random = seededRng(seed);
    this.episodes = episodes;
  }

  async hour(hour: number, budgets: Readonly<Record<string, number>>): Promise<MarketEvent[]> {
    const events = this.#arriving.get(hour) ?? [];
    this.#arriving.delete(hour);
    const cells = this.#cells(hour);
    for (const [key, { clicks, rate }] of cells) {
      const spend = budgets[key] ?? 0;
      const mean = spend > 0 ? clicks * spend ** POWER : 0;
      this.#today.expectedApplications += mean * rate;
      this.#today.equalSplit += clicks * (this.#scenario.dailyBudget / cells.length / 24) ** POWER * rate;
      if (mean > 0) this.#happens(events, key, hour, { mean, rate, spend });
    }
    if (hour % 24 === 23) {
      this.days.push({ day: (hour - 23) / 24, ...this.#today, oracle: Number.NaN });
      this.#today = { expectedApplications: 0, equalSplit: 0 };
    }
    return events.sort((a, b) => a.ts - b.ts || (a.id < b.id ? -1 : 1));
  }

  async end(): Promise<void> {}

  close(): void {}

  #happens(
    events: MarketEvent[],
    key: string,
    hour: number,
    { mean, rate, spend }: { mean: number; rate: number; spend: number },
  ): void {
    const [campaign_id = '', channel = ''] = key.split('/');
    const job_category = this.#scenario.campaigns.find(({ id }) => id === campaign_id)?.job_category;
    const common = { campaign_id, channel, ...(job_category !== undefined && { job_category }) };
    const cost = Number((spend / mean).toFixed(4));
    const count = this.#poisson(mean);
    for (let i = 0; i < count; i++) {
      const id = `${key}:${hour}:${i}`;
      const ts = START + hour * HOUR + Math.floor(this.#random() * HOUR);
      events.push({ id, type: 'click', ts, cost, ...common });
      if (this.#random() >= rate) continue;
      const later = ts + Math.floor(-Math.log(1 - this.#random()) * DELAY_HOURS * HOUR);
      const application = { id: `${id}:a`, type: 'application', ts: later, cost: 0, click_id: id, ...common };
      const arrives = Math.floor((later - START) / HOUR);
      if (arrives === hour) events.push(application);
      else this.#arriving.set(arrives, [...(this.#arriving.get(arrives) ?? []), application]);
    }
  }

  /** What is true in this hour of every channel of every campaign that has begun. */
  #cells(hour: number): [key: string, { clicks: number; rate: number }][] {
    const { campaigns, channels, special = {}, episodes = [] } = this.#scenario;
    const weekday = Math.floor(hour / 24) % 7;
    return campaigns
      .filter(({ startDay = 0 }) => hour >= startDay * 24)
      .flatMap(({ id }) =>
        Object.entries(channels).map(
          ([channel, { clicks, rate, weekday: factors }]): [string, { clicks: number; rate: number }] => {
            const key = `${id}/${channel}`;
            let now = rate * (factors?.[weekday] ?? 1) * (special[key] ?? 1);
            for (const { from, hours, factor = 1, ...episode } of episodes)
              if (episode.channel === channel && hour >= from && hour < from + hours) now /= factor;
            return [key, { clicks, rate: now }];
          },
        ),
      );
  }

  #poisson(mean: number): number {
    // sums of exponential waiting times: exact for any mean, and the means here are small
    const wait = () => -Math.log(1 - this.#random());
    let count = 0;
    let sum = wait();
    while (sum <= mean) {
      count += 1;
      sum += wait();
    }
    return count;
  }
}
