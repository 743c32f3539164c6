/** A client's budget from end to end: proposed, approved over HTTP, reported, in force at each campaign, and in its history. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type House, openHouse } from '../../src/cli/house.ts';
import { HOUR, MINUTE } from '../../src/core/units.ts';
import { ACTION_STREAM } from '../../src/processor/action-stream.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { root } from '../document-blocks.ts';
import { passableFolder } from './temporary-postgres.ts';
import { until } from './until.ts';

const START = Date.UTC(2026, 0, 5, 8);

type Json = Record<string, unknown>;

describe('the budget of a client, from end to end', { timeout: 180_000 }, () => {
  let data: string;
  let house: House;
  const notices: string[] = [];

  before(async () => {
    data = await passableFolder();
    const environment = { redisUrl: undefined, host: '127.0.0.1', port: 0, data, instance: 'a' };
    house = await openHouse({
      environment: { ...environment, config: join(root, 'config') },
      clockMode: 'log',
      onNotice: (notice, context) => notices.push(`${notice} ${JSON.stringify(context)}`),
    });
    await until('every partition is owned', () => house.processor.owned === house.processor.workers.length);
  });
  after(async () => {
    await house.close();
    await rm(data, { recursive: true, force: true });
  });

  async function send(at: number, type: string, fields: Json): Promise<void> {
    const event = { id: `${type}-${at}-${fields.campaign_id ?? ''}`, type, source: '/desk', data: fields };
    const text = JSON.stringify({ ...event, time: new Date(START + at).toISOString() });
    await house.connection.ask('sending', (client) => client.xadd(PUBLIC_STREAM, '*', 'd', text));
    await settled();
  }

  async function settled(): Promise<void> {
    await until('the events are applied', () => house.processor.drained());
    await until('the history is written', async () => (await house.processor.deliver?.lag()) === 0);
  }

  /** Time passes in every partition, a minute at a time, so that mail arrives in between. */
  async function reach(from: number, to: number): Promise<void> {
    for (let at = from; at <= to; at += MINUTE) {
      const tick = { d: JSON.stringify({ type: 'tick', time: START + at }) };
      await Promise.all(house.processor.logs.map((log) => log.append(tick)));
      await until('the tick is applied', () => house.processor.drained());
    }
    await settled();
  }

  async function ask(path: string, init: RequestInit = {}): Promise<Json> {
    const answer = await fetch(`${house.url}${path}`, init);
    assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
    return (await answer.json()) as Json;
  }

  async function asked(id: string): Promise<Json> {
    let found: Json | undefined;
    await until('the action goes out', async () => {
      const entries = await house.connection.ask('reading', (client) =>
        client.xrange(ACTION_STREAM, '-', '+'),
      );
      const texts = entries.map(
        ([, fields]) => JSON.parse(fields[fields.indexOf('d') + 1] as string) as Json,
      );
      found = texts.find((one) => one.id === id);
      return found !== undefined;
    });
    return found as Json;
  }

  it('reaches every campaign once, to the cent, and is told by each', async () => {
    await send(0, 'client.updated', { client: 'acme', daily_budget: 400, currency: 'EUR' });
    const campaign = (campaign_id: string, budgets: Json) =>
      send(0, 'campaign.created', {
        ...{ campaign_id, client: 'acme', currency: 'EUR', autonomy: 'off' },
        daily_budget: Object.values(budgets).reduce((sum: number, budget) => sum + Number(budget), 0),
        channels: Object.entries(budgets).map(([channel, budget]) => ({ channel, budget })),
      });
    await campaign('c1', { jooble: 60, indeed: 40 });
    await campaign('d1', { facebook: 100 });
    await reach(MINUTE, 70 * MINUTE);

    const { actions } = (await ask('/v1/actions?status=pending&rule=client_budget')) as { actions: Json[] };
    assert.equal(actions.length, 1);
    const [{ id, hash }] = actions as [{ id: string; hash: string }];
    const json = { 'content-type': 'application/json' };
    await ask(`/v1/actions/${id}/approve`, {
      method: 'POST',
      headers: { ...json, 'if-match': `"${hash}"` },
      body: JSON.stringify({ by: 'ana', comment: 'agreed' }),
    });
    const { idempotency_key, budgets } = await asked(id);
    assert.deepEqual(budgets, [
      { campaign_id: 'c1', budget: 200, from: 100 },
      { campaign_id: 'd1', budget: 200, from: 100 },
    ]);
    const before = (await ask('/v1/campaigns/c1')) as { features: Json };
    assert.equal(before.features.daily_budget, 100, 'nothing is in force before it is reported');
    await send(71 * MINUTE, 'action.applied', { action_id: id, idempotency_key });
    await reach(72 * MINUTE, 75 * MINUTE);

    for (const [name, channels] of Object.entries({
      c1: { jooble: 120, indeed: 80 },
      d1: { facebook: 200 },
    })) {
      const { features } = (await ask(`/v1/campaigns/${name}`)) as { features: Json };
      assert.equal(features.daily_budget, 200);
      for (const [channel, budget] of Object.entries(channels)) {
        const one = (await ask(`/v1/channels/${name}/${channel}`)) as { features: Json };
        assert.equal(one.features.budget, budget);
      }
      const { changes } = (await ask(`/v1/campaigns/${name}/budgets`)) as { changes: Json[] };
      assert.deepEqual(
        changes.map(({ type, daily_budget }) => [type, daily_budget]),
        [
          ['action.applied', 200],
          ['campaign.created', 100],
        ],
      );
    }
    const since = new Date(START + HOUR).toISOString();
    const other = (await ask(`/v1/campaigns/c2/budgets?from=${since}`)) as { changes: Json[] };
    assert.deepEqual(other.changes, []);
    assert.deepEqual(notices, []);
  });
});
