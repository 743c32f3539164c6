/** What the shipped features say of a campaign, reckoned by hand: time, traffic, market, content, budget, and the hierarchy. */

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { partitionOf } from '../../src/core/partition.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/units.ts';
import { shippedPlan } from './engine-run.ts';
import { SharedHouse } from './shared-house.ts';

/** A Monday. */
const START = Date.UTC(2026, 0, 5);
/** A Wednesday; half past ten in Madrid. */
const NOW = START + 9 * DAY + 9 * HOUR + 30 * MINUTE;
const plan = shippedPlan();
let count = 0;

class Market {
  readonly house = new SharedHouse([plan]);

  give(at: number, type: string, data: Readonly<Record<string, unknown>>): void {
    count += 1;
    const partition = partitionOf(String(data.campaign_id ?? data.name), this.house.partitions);
    this.house.apply(partition, { id: `e${count}`, type, time: START + at, data });
  }

  create(at: number, campaign: string, category: string, names = ['jooble', 'indeed']): void {
    const channels = names.map((channel) => ({ channel, budget: 120 }));
    const place = { location: 'Valencia', timezone: 'Europe/Madrid' };
    const known = {
      daily_budget: 120 * names.length,
      currency: 'EUR',
      job_category: category,
      ...place,
      channels,
    };
    this.give(at, 'campaign.created', { campaign_id: campaign, ...known });
  }

  /** Clicks of the same price and applications, a second apart. */
  traffic(
    at: number,
    of: object,
    clicks: number,
    cost: number,
    applications: number,
    job: object = {},
  ): void {
    for (let n = 0; n < clicks; n++)
      this.give(at + n * 1000, 'campaign.click', { ...of, cost, session_id: `s${count}`, ...job });
    for (let n = 0; n < applications; n++)
      this.give(at + n * 1000, 'campaign.application', { ...of, ...job });
  }

  of(kind: 'campaign' | 'channel', id: string): Record<string, unknown> {
    const partition = partitionOf(id.split('/')[0] as string, this.house.partitions);
    return this.house.stored(partition, `${kind}:${id}`) ?? assert.fail(`no ${kind} ${id}`);
  }
}

function has(values: Readonly<Record<string, unknown>>, expected: Readonly<Record<string, unknown>>): void {
  const shown = Object.keys(expected).map((name) => [name, values[name]] as const);
  assert.deepEqual(Object.fromEntries(shown), expected);
}

describe('the shipped features of a campaign', () => {
  const market = new Market();
  const jooble = { campaign_id: 'c1', channel: 'jooble' };
  const nurse = { job_id: 'j1', job_title: 'Nurse', company: 'Acme', location: 'Valencia' };
  const cook = { job_id: 'j2', job_title: 'Cook', company: 'Acme', location: 'Alzira' };

  before(() => {
    market.create(0, 'c1', 'nursing');
    market.create(0, 'c2', 'nursing');
    market.create(0, 'c3', 'it');
    const sibling = { campaign_id: 'c2', channel: 'jooble' };
    market.traffic(12 * HOUR, sibling, 40, 1, 4);
    market.traffic(13 * HOUR, { campaign_id: 'c3', channel: 'jooble' }, 30, 1, 0);
    market.traffic(14 * HOUR, jooble, 10, 1, 2, cook);
    market.traffic(5 * DAY + 12 * HOUR, jooble, 10, 2, 1, cook);
    market.traffic(8 * DAY + 12 * HOUR, jooble, 10, 0.5, 1, nurse);
    const observe = (value: number, where: object) =>
      market.give(9 * DAY, 'context.observed', { name: 'market_competition', value, ...where });
    observe(0.2, {});
    observe(0.3, { location: 'Valencia' });
    observe(0.4, { job_category: 'nursing' });
    market.give(9 * DAY, 'context.observed', { name: 'weather', value: 'rain', location: 'Valencia' });
    market.give(9 * DAY, 'context.observed', { name: 'search_trend', value: 61 });
    market.traffic(9 * DAY + 9 * HOUR + 5 * MINUTE, jooble, 4, 0.25, 1, nurse);
    market.house.settle(START + 9 * DAY + 9 * HOUR + 10 * MINUTE);
    // what was heard of others is read again when something happens
    for (let n = 0; n < 20; n++)
      market.give(9 * DAY + 9 * HOUR + 15 * MINUTE + n, 'campaign.impression', jooble);
    const other = { campaign_id: 'c3', channel: 'jooble' };
    market.give(9 * DAY + 9 * HOUR + 15 * MINUTE, 'campaign.impression', other);
    market.house.settle(NOW);
  });

  it('count traffic over an hour, a day, a week and the four weeks before today', () => {
    has(market.of('channel', 'c1/jooble'), {
      ...{ clicks_1h: 4, clicks_1d: 14, clicks_7d: 24, clicks_28d: 30 },
      ...{ spend_1h: 1, spend_1d: 6, spend_7d: 26, spend_28d: 35 },
      ...{ applications_1h: 1, applications_1d: 2, applications_7d: 3, applications_28d: 4 },
      ...{ cpa_1h: 1, cpa_1d: 3, cpa_7d: 26 / 3, cpa_28d: 35 / 4 },
      ...{ ctr_1d: 14 / 20, cvr_1d: 2 / 14, cvr_7d: 3 / 24, cvr_28d: 4 / 30 },
    });
    has(market.of('campaign', 'c1'), { clicks_1h: 4, clicks_7d: 24, spend_7d: 26, applications_28d: 4 });
  });

  it('know what a click costs, and an application by the hour', () => {
    const { click_cost_p50, click_cost_p95, cpa_hourly_p50, cpa_hourly_p90 } = market.of(
      'channel',
      'c1/jooble',
    ) as Record<string, number>;
    assert.deepEqual([click_cost_p50, click_cost_p95], [0.5, 2]);
    // 1, 5 and 20 in the three hours with applications
    assert.deepEqual([cpa_hourly_p50, cpa_hourly_p90], [5, 17]);
  });

  it('know the hour, the weekday, what is left of the day and how fast it goes', () => {
    has(market.of('campaign', 'c1'), {
      ...{ hour_of_day: 10, day_of_week: 3 },
      ...{ spend_today: 1, budget_remaining: 239, pace: 1 / 240 / (11 / 24) },
    });
    has(market.of('channel', 'c1/jooble'), { spend_today: 1, budget_remaining: 119, applications_today: 1 });
  });

  it('know the market: of the job category, else of the place, else of all', () => {
    has(market.of('campaign', 'c1'), { market_competition: 0.4, search_trend: 61, weather: 'rain' });
    has(market.of('campaign', 'c3'), { market_competition: 0.3, search_trend: 61, weather: 'rain' });
  });

  it('know content by title, company, location and job', () => {
    const { clicks_by_title, applications_by_company, clicks_by_location, applications_by_job } = market.of(
      'campaign',
      'c1',
    );
    assert.deepEqual(clicks_by_title, { Cook: 20, Nurse: 14 });
    assert.deepEqual(applications_by_company, { Acme: 5 });
    assert.deepEqual(clicks_by_location, { Alzira: 20, Valencia: 14 });
    assert.deepEqual(applications_by_job, { j1: 2, j2: 3 });
  });

  it('hear what the channel is over all campaigns, and over those of the same sort of jobs', () => {
    // the four weeks before today: 30 of c1, 40 of c2, 30 of c3
    has(market.of('channel', 'c1/jooble'), {
      ...{ platform_clicks: 100, platform_applications: 8, platform_rate: 8 / 100 },
      ...{ category_clicks: 70, category_applications: 8, category_rate: 13 / 170 },
    });
    has(market.of('channel', 'c3/jooble'), { platform_clicks: 100, category_clicks: 30 });
  });
});

describe('spend of a channel that was taken out', () => {
  it('counts up to two days later, in time or late', () => {
    const market = new Market();
    const jooble = { campaign_id: 'c1', channel: 'jooble' };
    market.create(0, 'c1', 'nursing');
    market.traffic(HOUR, jooble, 10, 1, 0);
    const gone = { campaign_id: 'c1', channels: [{ channel: 'indeed', budget: 240 }] };
    market.give(2 * HOUR, 'campaign.updated', gone);
    market.traffic(40 * HOUR, jooble, 3, 1, 0);
    market.give(50 * HOUR, 'campaign.click', { campaign_id: 'c1', channel: 'indeed', cost: 1 });
    // an hour after the pause, told two days later
    market.traffic(3 * HOUR, jooble, 2, 1, 0);
    market.house.settle(START + 50 * HOUR);
    has(market.of('channel', 'c1/jooble'), { budget: 0, spend_7d: 15, spend_1d: 3 });
    has(market.of('campaign', 'c1'), { spend_7d: 16, daily_budget: 240 });
  });
});

describe('a channel that does well elsewhere', () => {
  it('is proposed with what it may bring, an interval, and how sure that is', () => {
    const market = new Market();
    market.create(0, 'c1', 'nursing', ['jooble']);
    market.create(0, 'c2', 'nursing', ['linkedin']);
    market.traffic(HOUR, { campaign_id: 'c2', channel: 'linkedin' }, 80, 1, 40);
    market.traffic(HOUR, { campaign_id: 'c1', channel: 'jooble' }, 80, 2, 4);
    for (let hour = 25; hour <= 51; hour += 2) {
      market.give(hour * HOUR, 'campaign.click', { campaign_id: 'c1', channel: 'jooble', cost: 0.1 });
      if (hour % 4 === 1) market.house.settle(START + hour * HOUR + MINUTE);
    }
    const proposal = market.house.decisions.find(({ rule, act }) => rule === 'channel_opportunity' && act);
    assert.ok(proposal);
    const { status, impact } = proposal.value as { status: string; impact: Record<string, unknown> };
    assert.equal(status, 'pending');
    const { type, of, value, low, high, confidence, known } = impact as Record<string, number>;
    assert.deepEqual([type, of], ['channel_opportunity', 'applications for the same money on linkedin']);
    // at most 2 EUR an application there, of which half counts; 40 EUR here
    assert.ok((value as number) > 1000 && (value as number) < 4000, `${value}`);
    assert.ok(
      (low as number) > 500 && (low as number) < (value as number) && (high as number) > (value as number),
    );
    assert.deepEqual([confidence, known], [100, true]);
  });
});
