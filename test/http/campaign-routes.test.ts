/** What a campaign may still spend, its forecasts and its budgets, over HTTP and through the client of the examples. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InternalLimitsController } from '../../docs/examples/internal-limits-controller.ts';
import { LimitsClient } from '../../docs/examples/limits-client.ts';
import { createApp } from '../../src/http/app.ts';
import type { PrometheusMeter } from '../../src/http/prometheus-meter.ts';
import { runEngine, shippedPlan } from '../step/engine-run.ts';
import { fakeHistory } from './fake-history.ts';

const START = Date.UTC(2026, 0, 5, 8);
const plan = shippedPlan();
let count = 0;

function event(hours: number, type: string, data: object): object {
  count += 1;
  return {
    id: `e${count}`,
    type: `campaign.${type}`,
    time: START + hours * 3_600_000,
    data: { campaign_id: 'c1', ...data },
  };
}

const CREATED = event(0, 'created', {
  daily_budget: 100,
  currency: 'EUR',
  channels: [
    { channel: 'jooble', budget: 60 },
    { channel: 'indeed', budget: 40 },
  ],
  application_cap: 3,
  application_caps: { j1: 1 },
});

/** @param jooble values of features of that channel instead of its own */
function appOf(events: readonly object[], jooble: Readonly<Record<string, unknown>> = {}) {
  const log = events.map((one, i) => ({ id: `${i + 1}-0`, d: JSON.stringify(one) }));
  const { state } = runEngine(plan, log);
  const channel = state.alive('channel:c1/jooble');
  for (const [name, value] of Object.entries(jooble))
    if (channel) channel.slots[channel.kind.slotOf.get(name) as number] = value as never;
  const changes = [
    { time: START, type: 'campaign.created', id: 'e1', source: 'ads', data: { daily_budget: 100 } },
  ];
  return createApp({
    version: '0',
    plan: () => plan,
    readEntity: async (kind: string, id: string) => {
      const entity = state.alive(`${kind}:${id}`);
      return (
        entity && { entity, partition: 0, position: '1-0', streamTime: state.streamTime, decided: new Map() }
      );
    },
    readAction: async () => undefined,
    history: { ...fakeHistory({}), budgetChanges: async () => ({ rows: changes }) } as never,
    retention: 0,
    logs: [],
    clock: { now: () => state.streamTime, sleep: async () => undefined },
    meter: {
      count: () => undefined,
      observe: () => undefined,
      gauge: () => undefined,
    } as unknown as PrometheusMeter,
    isFull: () => false,
    notReady: async () => undefined,
    access: { tokens: () => [], remoteAddress: () => '127.0.0.1' },
  });
}

async function check(events: readonly object[], asked: object = {}, id = 'c1', jooble = {}) {
  const response = await appOf(events, jooble).request(`http://localhost/v1/campaigns/${id}/limits/check`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  });
  return { status: response.status, body: (await response.json()) as never as Answer };
}

interface Answer {
  readonly allowed: boolean;
  readonly reasons: { code: string; message: string }[];
  readonly remaining: number | null;
  readonly [field: string]: unknown;
}

const click = (hours: number, channel: string, cost: number) => event(hours, 'click', { channel, cost });
const codes = ({ body }: { body: Answer }) => body.reasons.map(({ code }) => code);

describe('limits of a campaign', () => {
  it('are kept while there is money left, of the channel and of the campaign', async () => {
    const { body } = await check([CREATED, click(1, 'jooble', 20), click(1, 'indeed', 30)], {
      channel: 'jooble',
      spend: 40,
    });
    assert.equal(body.allowed, true);
    assert.deepEqual([body.current_spend, body.limit, body.remaining, body.currency], [20, 60, 40, 'EUR']);
    const whole = (await check([CREATED, click(1, 'jooble', 20)])).body;
    assert.deepEqual([whole.current_spend, whole.limit, whole.remaining], [20, 100, 80]);
  });

  it('say what stands against it', async () => {
    const spent = [CREATED, click(1, 'jooble', 59.5)];
    assert.deepEqual(codes(await check(spent, { channel: 'jooble', spend: 0.51 })), ['daily_budget']);
    assert.deepEqual(codes(await check(spent, { channel: 'jooble', spend: 0.5 })), []);
    const message = async (events: object[], asked: object) =>
      (await check(events, asked)).body.reasons[0]?.message;
    assert.equal(
      await message(spent, { channel: 'jooble', spend: 0.51 }),
      'jooble has spent 59.50 EUR of 60.00 EUR today, and 0.51 EUR more are planned',
    );
    assert.equal(
      await message([CREATED, click(1, 'jooble', 60)], { channel: 'jooble', spend: 5 }),
      'jooble has spent 60.00 EUR of 60.00 EUR today',
    );
    assert.deepEqual(codes(await check(spent, { daily_limit: 50 })), ['daily_budget']);
    assert.deepEqual(codes(await check(spent, { channel: 'linkedin' })), ['unknown_channel']);
    const applied = [1, 2, 3].map((hour) => event(hour, 'application', { channel: 'jooble', job_id: 'j1' }));
    assert.deepEqual(codes(await check([CREATED, ...applied], { job_id: 'j1' })), [
      'application_cap',
      'job_cap',
    ]);
    const gone = event(1, 'updated', { channels: [{ channel: 'indeed', budget: 40 }] });
    assert.deepEqual(codes(await check([CREATED, gone], { channel: 'jooble' })), ['no_budget']);
    const over = event(1, 'updated', { ends_at: START + 3_600_000 });
    assert.deepEqual(codes(await check([CREATED, over])), ['ended']);
    const later = event(1, 'updated', { starts_at: START + 86_400_000 });
    assert.deepEqual(codes(await check([CREATED, later])), ['not_started']);
  });

  it('leave a paused channel what it keeps to be seen coming back, and no more', async () => {
    const ask = async (budget: number, asked: object) => {
      const { body } = await check([CREATED, click(1, 'jooble', 1)], asked, 'c1', { budget, paused: true });
      return [body.remaining, ...body.reasons.flatMap(({ code, message }) => [code, message])];
    };
    assert.deepEqual(await ask(1.2, { channel: 'jooble', spend: 0.2 }), [0.2]);
    assert.deepEqual(await ask(1.2, { channel: 'jooble', spend: 0.21 }), [
      0.2,
      ...[
        'paused',
        'jooble is paused and has spent 1.00 EUR of 1.20 EUR today, and 0.21 EUR more are planned',
      ],
    ]);
    assert.deepEqual(await ask(0, { channel: 'jooble' }), [0, 'paused', 'jooble is paused']);
    assert.deepEqual(await ask(1.2, {}), [99]);
  });

  it('begin anew at midnight of the campaign, and a question changes nothing', async () => {
    const events = [CREATED, click(1, 'jooble', 60)];
    assert.deepEqual(codes(await check(events, { channel: 'jooble' })), ['daily_budget']);
    const morning = [...events, { type: 'tick', time: START + 16 * 3_600_000 }];
    const first = await check(morning, { channel: 'jooble' });
    assert.equal(first.body.allowed, true);
    assert.deepEqual(await check(morning, { channel: 'jooble' }), first);
  });

  it('are unknown of a campaign that nobody announced, and refuse what is no question', async () => {
    assert.equal((await check([CREATED], {}, 'c2')).status, 404);
    assert.equal((await check([CREATED], { spend: -1 })).status, 400);
    assert.equal((await check([CREATED], { chanel: 'jooble' })).status, 400);
  });

  it('come with what the rules advise', async () => {
    const apply = Array.from({ length: 20 }, (_, i) =>
      event(1 + i / 100, 'application', { channel: 'indeed' }),
    );
    const { body } = await check([
      CREATED,
      click(1, 'jooble', 20),
      click(1, 'indeed', 30),
      ...apply,
      { type: 'tick', time: START + 90_000_000 },
    ]);
    const advice = body.aiRecommendations as { rule: string; text: string }[];
    assert.deepEqual(advice.map(({ rule }) => rule).sort(), ['budget_rebalance', 'cap_reached']);
    assert.match(
      advice.find(({ rule }) => rule === 'budget_rebalance')?.text ?? '',
      /raise indeed by .* EUR, lower jooble by/,
    );
  });
});

describe('the controller of the examples', () => {
  const ownCheck = () => ({ allowed: true });
  const controllerOf = (events: readonly object[], own = ownCheck) => {
    const app = appOf(events);
    const ask = ((url: string, init: RequestInit) => app.request(url, init)) as typeof fetch;
    return new InternalLimitsController(new LimitsClient({ url: 'http://localhost', fetch: ask }), own);
  };
  const data = { campaignId: 'c1', channel: 'jooble', plannedSpend: 10 };

  it('adds to its own answer what weir knows', async () => {
    const open = await controllerOf([CREATED]).checkCampaignLimits(data);
    assert.deepEqual([open.allowed, open.remaining, open.reasons], [true, 60, []]);
    const spent = await controllerOf([CREATED, click(1, 'jooble', 55)]).checkCampaignLimits(data);
    assert.deepEqual([spent.allowed, spent.reasons[0]?.code], [false, 'daily_budget']);
    const unknown = await controllerOf([CREATED]).checkCampaignLimits({ ...data, campaignId: 'c9' });
    assert.equal(unknown.reasons[0]?.code, 'unknown_campaign');
    const refused = await controllerOf([CREATED], () => ({ allowed: false })).checkCampaignLimits(data);
    assert.equal(refused.allowed, false);
  });

  it('stands by its own limits while weir does not answer', async () => {
    const away = (async () => {
      throw new Error('connection refused');
    }) as typeof fetch;
    const controller = new InternalLimitsController(
      new LimitsClient({ url: 'http://localhost', fetch: away }),
      ownCheck,
    );
    assert.equal((await controller.checkCampaignLimits(data)).allowed, true);
  });
});

describe('forecasts and budgets of a campaign', () => {
  it('names every channel, and what is not served', async () => {
    const response = await appOf([CREATED]).request('http://localhost/v1/campaigns/c1/forecasts');
    const { forecasts } = (await response.json()) as { forecasts: { channel: string; served: boolean }[] };
    assert.deepEqual(
      forecasts.map(({ channel, served }) => [channel, served]),
      [
        ['indeed', false],
        ['jooble', false],
      ],
    );
    assert.equal((await appOf([CREATED]).request('http://localhost/v1/campaigns/c7/forecasts')).status, 404);
  });

  it('lists what changed budgets', async () => {
    const response = await appOf([CREATED]).request(
      'http://localhost/v1/campaigns/c1/budgets?from=2026-01-01T00:00:00Z',
    );
    const { changes } = (await response.json()) as { changes: object[] };
    assert.deepEqual(changes, [
      {
        time: '2026-01-05T08:00:00.000Z',
        type: 'campaign.created',
        event_id: 'e1',
        source: 'ads',
        daily_budget: 100,
        budgets: [],
      },
    ]);
  });
});
