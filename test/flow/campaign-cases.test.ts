/** The cases of campaigns from end to end: events in by the log, budgets out by weir:actions, reports back, rules as shipped. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type BenchRedis, startBenchRedis } from '../../bench/bench-redis.ts';
import { type MarketResult, runMarket } from '../../bench/world/market-run.ts';
import { withRules } from '../../bench/world/rules-folder.ts';
import { scoreOf } from '../../bench/world/scores.ts';
import type { Decision } from '../../src/core/decision.ts';
import { SmallMarket, type SmallScenario } from './small-market.ts';

interface Story {
  readonly result: MarketResult;
  readonly decisions: readonly { readonly decision: Decision; readonly hour: number }[];
}

const CAMPAIGN = { id: 'c1', job_category: 'warehouse', location: 'Valencia' };
const SEED = 7;
/** Hours of trouble. */
const LASTS = 48;

describe('campaigns from end to end', { timeout: 600_000 }, () => {
  let server: BenchRedis;

  before(async () => {
    server = await startBenchRedis(['--appendfsync', 'always']);
  });

  after(() => server.stop());

  async function tell(scenario: SmallScenario, answers?: (decision: Decision) => object[]): Promise<Story> {
    await server.redis.flushall();
    const decisions: { decision: Decision; hour: number }[] = [];
    const result = await withRules('shipped', 1, (config) =>
      runMarket({
        market: new SmallMarket(scenario, SEED),
        config,
        redis: server.path,
        onDecision: (decision, hour) => decisions.push({ decision, hour }),
        ...(answers && { answers }),
      }),
    );
    return { result, decisions };
  }

  it('case 1: budgets follow the weekdays of their channels: 25 % more than the equal split, at the same spend', async () => {
    const { result } = await tell({
      days: 14,
      dailyBudget: 1000,
      campaigns: [CAMPAIGN],
      channels: {
        jooble: { clicks: 3, rate: 0.107, weekday: [1, 1.6, 1, 1, 0.8, 1, 1] },
        indeed: { clicks: 2.5, rate: 0.12, weekday: [1, 0.8, 1, 1, 1.6, 1, 1] },
        linkedin: { clicks: 0.9, rate: 0.11 },
        facebook: { clicks: 2.4, rate: 0.025 },
        instagram: { clicks: 2, rate: 0.02 },
      },
    });
    const { vsEqual, spendError } = scoreOf(result);
    assert.ok(vsEqual >= 0.25, `${vsEqual} over the equal split`);
    assert.ok(Math.abs(spendError) < 0.01, `spent ${1 + spendError} of what was allowed`);
    const share = (channel: string, day: number) => {
      const sum = (name?: string) => result.traffic.sum('planned', name, 'c1', day * 24, (day + 1) * 24);
      return sum(channel) / sum();
    };
    const [tuesday, friday] = [8, 11];
    assert.ok(share('jooble', tuesday) > share('jooble', friday), 'more for Jooble on Tuesdays');
    assert.ok(share('indeed', friday) > share('indeed', tuesday), 'more for Indeed on Fridays');
  });

  it('case 2: a channel that does well elsewhere in the category is suggested, approved by a person, and joins with its budget', async () => {
    const approved = new Set<string>();
    const { result, decisions } = await tell(
      {
        days: 7,
        dailyBudget: 600,
        campaigns: [
          { ...CAMPAIGN, job_category: 'finance', autonomy: 'suggest' },
          { ...CAMPAIGN, id: 'c2', job_category: 'finance', autonomy: 'off' },
        ],
        channels: {
          jooble: { clicks: 3, rate: 0.1 },
          indeed: { clicks: 2.5, rate: 0.12 },
          linkedin: { clicks: 2, rate: 0.22 },
        },
        optional: { c1: ['linkedin'] },
      },
      ({ rule, value, act }) => {
        if (rule !== 'channel_opportunity' || !act || act.refused) return [];
        if ((value as { status?: string }).status !== 'pending') return [];
        approved.add(act.id);
        return [{ type: 'action.approved', action_id: act.id, hash: act.hash, by: 'ana' }];
      },
    );
    assert.deepEqual(
      result.told.map(({ campaign, name }) => [campaign, name]),
      [['c1', 'channel_opportunity']],
    );
    const line = decisions.find(({ decision }) => decision.entered?.includes('channel_opportunity'));
    assert.ok(line);
    const [{ channel, message }] = line.decision.value as [{ channel: string; message: string }];
    assert.equal(channel, 'linkedin');
    assert.match(
      message,
      /first applications on linkedin cost [\d.]+ EUR elsewhere in finance, the next ones here [\d.]+ EUR: test it with 45.00 EUR a day/,
    );
    assert.equal(approved.size, 1);
    const applied = decisions.find(
      ({ decision }) =>
        approved.has(decision.act?.id ?? '') && (decision.value as { status: string }).status === 'applied',
    );
    assert.equal(applied?.decision.act?.by, 'ana');
    const sum = (amount: 'planned' | 'clicks' | 'applications', begin: number, end: number) =>
      result.traffic.sum(amount, 'linkedin', 'c1', begin, end);
    const [joined, end] = [applied?.hour ?? Number.NaN, 7 * 24];
    assert.equal(sum('planned', 0, joined), 0);
    assert.ok(sum('planned', joined, joined + 24) > 30);
    assert.ok(sum('applications', joined, end) > 0);
    const all = result.traffic.sum('planned', undefined, 'c1', end - 24, end);
    assert.ok(Math.abs(all - 300) < 3, `${all} planned on the last day`);
  });

  it('case 3: a channel whose applications cost four times as much is paused, its money moves, and what that saves is told', async () => {
    const from = 8 * 24 + 9;
    const { result, decisions } = await tell({
      days: 14,
      dailyBudget: 1000,
      campaigns: [CAMPAIGN],
      channels: {
        jooble: { clicks: 3, rate: 0.12 },
        indeed: { clicks: 3, rate: 0.1 },
        linkedin: { clicks: 2, rate: 0.1 },
      },
      episodes: [{ kind: 'cpa_spike', channel: 'jooble', from, hours: LASTS, factor: 4 }],
    });
    const of = (rule: string) => decisions.filter(({ decision }) => decision.rule === rule);
    const status = (name: string) => (each: { decision: Decision }) =>
      (each.decision.value as { status?: string }).status === name;

    // noticed against what its clicks brought before
    const noticed = of('stop_loss')[0];
    assert.deepEqual(noticed?.decision.entered, ['worthless_clicks']);
    assert.equal(noticed?.decision.entity, 'c1/jooble');
    const paused = noticed?.hour ?? Number.NaN;
    assert.ok(paused >= from && paused < from + 24, `noticed ${paused - from} hours after it began`);
    assert.deepEqual(
      of('application_drop').flatMap(({ decision }) => decision.entered),
      ['application_drop'],
    );

    // paused at once, its money goes to the others
    const [pause] = of('stop_loss').filter(status('approved'));
    assert.equal(pause?.hour, paused);
    assert.ok(of('stop_loss').some((each) => each.hour === paused && status('applied')(each)));
    assert.ok(pause);
    const { to, from: had } = pause.decision.value as Record<'to' | 'from', Record<string, number>>;
    const sum = (amounts: Record<string, number>) =>
      Math.round(Object.values(amounts).reduce((all, amount) => all + amount, 0) * 100);
    assert.equal(sum(to), sum(had));
    assert.equal(to.jooble, Math.ceil(2 * (had.jooble as number)) / 100);
    const planned = (channel: string, begin: number, end: number) =>
      result.traffic.sum('planned', channel, 'c1', begin, end) / (end - begin);
    const before = planned('jooble', paused - 24, paused);
    assert.ok(
      planned('jooble', paused + 1, paused + 25) < 0.05 * before,
      'nothing but a probe is left to it',
    );
    for (const channel of ['indeed', 'linkedin'])
      assert.ok(planned(channel, paused + 1, paused + 25) > planned(channel, paused - 24, paused) * 1.2);
    assert.ok(Math.abs(scoreOf(result).spendError) < 0.01);

    // the money saved: told while it is paused, and of the whole pause when it is over
    const insight = of('insights').find(({ decision }) => decision.entered?.includes('loss_stopped'));
    assert.match(JSON.stringify(insight?.decision.value), /[\d.]+ EUR not wasted since the pause/);
    const [resumed] = of('resume_channel').filter(status('applied'));
    assert.ok(resumed);
    const { saved } = resumed.decision.value as { saved: number };
    // three of four euros were wasted
    const hours = from + LASTS - paused;
    const truth = 0.75 * hours * (before - planned('jooble', paused + 1, from + LASTS));
    assert.ok(saved > 0.5 * truth && saved < 1.1 * truth, `${saved} told, ${truth} is true`);
    assert.ok(resumed.hour >= from + LASTS - 12);
    assert.ok(planned('jooble', 13 * 24 + 12, 14 * 24) > 0.3 * before, 'it has its money again');
  });
});
