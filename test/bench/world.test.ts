/** The simulated market's ad platform and its scores. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AdPlatform } from '../../bench/world/ad-platform.ts';
import type { Episode, Hello, MarketDay } from '../../bench/world/market.ts';
import { campaignEvent, type MarketResult, type Notice } from '../../bench/world/market-run.ts';
import { scoreOf } from '../../bench/world/scores.ts';
import { MarketTraffic } from '../../bench/world/traffic.ts';
import { builtInEvents } from '../../src/rules/events/catalogue.ts';

const START = Date.UTC(2026, 0, 5);
const hello: Hello = {
  start: '2026-01-05T00:00:00Z',
  hours: 48,
  dailyBudget: 100,
  campaigns: [
    { id: 'c1', job_category: 'finance' },
    { id: 'c2', job_category: 'finance', startDay: 1 },
  ],
  channels: ['a', 'b', 'c'],
  optional: { c1: ['c'] },
};

const known = (event: object) => {
  const { id: _id, time: _time, type, ...data } = event as Record<string, unknown>;
  const found = builtInEvents.get(String(type));
  assert.ok(found, String(type));
  assert.equal(found.check(data), undefined);
};

describe('the ad platform of a market', () => {
  test('shares the total out to the cent, anew when a campaign begins, without channels nobody was told of', () => {
    const platform = new AdPlatform(hello);
    const [created] = platform.begin(0, START) as Record<string, unknown>[];
    known(created as object);
    assert.deepEqual(created?.channels, [
      { channel: 'a', budget: 50 },
      { channel: 'b', budget: 50 },
    ]);
    assert.deepEqual(platform.begin(1, START), []);
    const later = platform.begin(24, START) as Record<string, unknown>[];
    later.forEach(known);
    assert.deepEqual(
      later.map(({ type, daily_budget }) => [type, daily_budget]),
      [
        ['campaign.updated', 50],
        ['campaign.created', 50],
      ],
    );
    assert.deepEqual(later[1]?.channels, [
      { channel: 'a', budget: 16.67 },
      { channel: 'b', budget: 16.67 },
      { channel: 'c', budget: 16.66 },
    ]);
  });

  test('spends by the plan of an action, and evenly once the plan is over', () => {
    const platform = new AdPlatform(hello);
    platform.begin(0, START);
    const budgets = [{ channel: 'a', budget: 60, hours: [7, 8] }];
    const asked = {
      id: '0-1-2',
      action: 'channel_reallocation',
      idempotency_key: 'k',
      campaign_id: 'c1',
      budgets,
    };
    const applied = platform.apply(asked, 3, START);
    known(applied);
    assert.deepEqual(applied.budgets, [{ channel: 'a', budget: 60 }]);
    assert.deepEqual(
      [3, 4, 5].map((hour) => platform.budgets(hour)['c1/a']),
      [7, 8, 2.5],
    );
  });

  test('clicks and applications of the market are events that weir takes; what else it says is left out', () => {
    const common = { id: 'e1', ts: START, campaign_id: 'c1', channel: 'a', job_category: 'finance' };
    const click = { ...common, type: 'click', cost: 0.3312, location: 'Porto', metadata: { session: 's' } };
    const [sent, ...more] = campaignEvent(click) as Record<string, unknown>[];
    known(sent as object);
    assert.deepEqual([sent?.click_id, sent?.cost, sent?.time, more], ['e1', 0.3312, START, []]);
    const application = campaignEvent({ ...common, type: 'application', cost: 0, click_id: 'e0' });
    application.forEach(known);
    assert.equal((application[0] as { click_id?: string }).click_id, 'e0');
    assert.deepEqual(campaignEvent({ ...common, type: 'weather' }), []);
  });
});

describe('the scores of a market', () => {
  const days: MarketDay[] = Array.from({ length: 16 }, (_, day) => ({
    day,
    expectedApplications: day < 14 ? 80 : 90,
    equalSplit: 64,
    oracle: 100,
  }));
  const alarm = (channel: string, hour: number): Notice => ({
    rule: 'r',
    name: 'n',
    campaign: 'c1',
    channel,
    hour,
  });
  /** Spent as planned, at a euro a click and ten an application. */
  const trafficOf = (spent: Readonly<Record<string, readonly number[]>>) => {
    const traffic = new MarketTraffic({ hours: 384 });
    for (const [key, hours] of Object.entries(spent))
      hours.forEach((euros, hour) => {
        for (const amount of ['planned', 'spent', 'clicks'] as const) traffic.put(key, amount, hour, euros);
        traffic.put(key, 'applications', hour, euros / 10);
      });
    return traffic;
  };
  const result = (over: Partial<MarketResult>): MarketResult => ({
    hello: { ...hello, hours: 384 },
    days,
    episodes: [],
    traffic: trafficOf({ 'c1/a': new Array<number>(384).fill(100 / 24) }),
    alarms: [],
    told: [],
    events: 0,
    actions: 0,
    seconds: 1,
    ...over,
  });

  test('shares of the best, over the equal split, spent of what was allowed', () => {
    const score = scoreOf(result({}));
    assert.equal(score.ofOracle.toFixed(6), ((14 * 80 + 2 * 90) / 1600).toFixed(6));
    assert.equal(score.lateOfOracle, 0.9);
    assert.equal(score.vsEqual.toFixed(6), (1300 / 1024 - 1).toFixed(6));
    assert.ok(Math.abs(score.spendError) < 1e-9);
  });

  test('an alarm within an episode or soon after belongs to it; others are false, those close together one', () => {
    const episode: Episode = { kind: 'cpa_spike', channel: 'a', from: 100, hours: 10 };
    const other: Episode = { kind: 'outage', channel: 'b', from: 200, hours: 5 };
    const alarms = [
      alarm('a', 50),
      alarm('a', 55),
      alarm('a', 100.5),
      alarm('a', 121),
      alarm('b', 105),
      alarm('a', 130),
    ];
    const spent = { 'c1/a': new Array<number>(384).fill(4), 'c1/b': new Array<number>(384).fill(3) };
    const score = scoreOf(result({ episodes: [episode, other], alarms, traffic: trafficOf(spent) }));
    assert.deepEqual(
      [score.expected, score.raised, score.missed],
      [2, 1, ['outage of b, where the money buys 15.0 clicks']],
    );
    assert.deepEqual(score.minutes, [30]);
    assert.equal(score.falseAlarms, 3);
    assert.equal(score.duringOfOracle, 0.8);
  });

  test('an episode of a channel with hardly any money is expected of nobody, and listed; once noticed it counts', () => {
    const outage: Episode = { kind: 'outage', channel: 'b', from: 200, hours: 5 };
    const drop: Episode = { kind: 'application_drop', channel: 'a', from: 300, hours: 12 };
    const never: Episode = { kind: 'outage', channel: 'c', from: 200, hours: 5 };
    const traffic = trafficOf({
      'c1/a': new Array<number>(384).fill(20),
      'c1/b': new Array<number>(384).fill(2.9),
    });
    const episodes = [outage, drop, never];
    const score = scoreOf(result({ episodes, traffic }));
    assert.deepEqual([score.episodes, score.expected, score.raised], [3, 0, 0]);
    assert.deepEqual(score.unseen, [
      'outage of b, where the money buys 14.5 clicks',
      'application_drop of a, where the money buys 24.0 applications',
      'outage of c, where the money buys 0.0 clicks',
    ]);
    const noticed = scoreOf(result({ episodes, traffic, alarms: [alarm('b', 201)] }));
    assert.deepEqual([noticed.expected, noticed.raised, noticed.unseen.length], [1, 1, 2]);
  });

  test('money off a channel in trouble is what it spent before, less what it spent since', () => {
    const hours = new Array<number>(384).fill(2);
    hours.fill(0.5, 100, 196);
    const episodes: Episode[] = [{ kind: 'cpa_spike', channel: 'a', from: 100, hours: 72 }];
    assert.equal(scoreOf(result({ episodes, traffic: trafficOf({ 'c1/a': hours }) })).offChannel, 144);
  });

  test('those in the category of the campaign that began later are to be told, and nobody else', () => {
    const campaigns = [
      { id: 'c1', job_category: 'warehouse' },
      { id: 'c2', job_category: 'finance' },
      { id: 'c3', job_category: 'finance' },
      { id: 'c4', job_category: 'finance', startDay: 7 },
    ];
    const optional = { c1: ['c'], c2: ['c'], c3: ['c'] };
    const notice = (campaign: string, day: number, channel = 'c') => ({
      ...alarm(channel, 24 * day),
      campaign,
    });
    const score = (told: Notice[]) => scoreOf(result({ hello: { ...hello, campaigns, optional }, told }));
    const some = score([notice('c1', 9), notice('c2', 10), notice('c2', 11)]);
    assert.deepEqual([some.tellable, some.toldRightly, some.toldWrongly], [2, 1, 1]);
    assert.deepEqual(some.toldDays, [3]);
    const late = score([notice('c2', 12), notice('c3', 9)]);
    assert.deepEqual([late.toldRightly, late.toldWrongly, late.toldDays], [1, 0, [5, 2]]);
    const wrong = score([notice('c2', 6), notice('c3', 9, 'a'), notice('c4', 9)]);
    assert.deepEqual([wrong.toldRightly, wrong.toldWrongly], [0, 3]);
  });
});
