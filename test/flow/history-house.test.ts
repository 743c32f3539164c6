/** The history of a house with servers of its own: complete, answered over HTTP, and continued after a restart. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { demoDay } from '../../src/cli/demo-day.ts';
import { type House, openHouse } from '../../src/cli/house.ts';
import type { Decision } from '../../src/core/decision.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import type { OutboxRow } from '../../src/core/ports.ts';
import { RedisOutbox } from '../../src/processor/outbox.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { root } from '../document-blocks.ts';
import { passableFolder } from './temporary-postgres.ts';
import { until } from './until.ts';

describe('history of a house with servers of its own', () => {
  let data: string;
  before(async () => {
    data = await passableFolder();
  });
  after(() => rm(data, { recursive: true, force: true }));

  const open = () =>
    openHouse({
      environment: {
        redisUrl: undefined,
        host: '127.0.0.1',
        port: 0,
        config: join(root, 'config'),
        data,
        instance: 'a',
      },
      clockMode: 'log',
      onNotice: (notice, context) => assert.fail(`${notice} ${JSON.stringify(context)}`),
    });

  async function send(house: House, events: readonly unknown[]): Promise<void> {
    await house.connection.ask('sending events', (client) =>
      Promise.all(events.map((event) => client.xadd(PUBLIC_STREAM, '*', 'd', JSON.stringify(event)))),
    );
  }

  async function untilWritten(house: House): Promise<void> {
    await until('every partition is owned', () => house.processor.owned === house.processor.workers.length);
    await until('the events are applied', () => house.processor.drained());
    await until('the history is written', async () => (await house.processor.deliver?.lag()) === 0);
  }

  async function assertComplete(house: House): Promise<Decision[]> {
    const stored: Decision[] = [];
    for (const { partition } of house.processor.workers) {
      const { out } = partitionKeys(partition, house.processor.workers.length);
      const { entries } = await new RedisOutbox(house.connection, out).read('-', 1_000_000);
      const rows = entries.flatMap(({ row }) => (row as OutboxRow | undefined) ?? []);
      for (const row of rows) {
        const { id, value } = JSON.parse(row.text) as Decision;
        const answer = await ask(house, `/v1/decisions/${id}`);
        assert.deepEqual(answer.value, value);
        stored.push(JSON.parse(row.text) as Decision);
      }
      const [lead] = rows
        .map((row) => JSON.parse(row.text) as Decision)
        .filter(({ kind }) => kind === 'lead');
      if (!lead) continue;
      const theirs = stored.filter(({ kind, entity }) => kind === 'lead' && entity === lead.entity).reverse();
      const { decisions } = await ask(house, `/v1/leads/${lead.entity}/decisions?limit=200`);
      const listed = await ask(house, `/v1/decisions?entity=lead:${lead.entity}&limit=200`);
      for (const found of [decisions, listed.decisions])
        assert.deepEqual(
          (found as { decision_id: string }[]).map((decision) => decision.decision_id),
          theirs.map(({ id }) => id),
        );
      const other = await ask(house, `/v1/decisions?entity=lead:${lead.entity}&kind=campaign`);
      assert.deepEqual(other.decisions, []);
    }
    return stored;
  }

  async function ask(house: House, path: string, status = 200): Promise<Record<string, unknown>> {
    const answer = await fetch(`${house.url}${path}`);
    assert.equal(answer.status, status, path);
    return (await answer.json()) as Record<string, unknown>;
  }

  it('answers over HTTP, also after a restart, and goes on where it stood', { timeout: 60_000 }, async () => {
    const day = demoDay(3, Date.UTC(2026, 0, 6)).slice(0, 600);
    const first = await open();
    await send(first, day.slice(0, 400));
    await untilWritten(first);
    const before = await assertComplete(first);
    assert.ok(before.length > 100, `${before.length} decisions`);
    await first.close();

    const second = await open();
    await send(second, day.slice(400));
    await untilWritten(second);
    const stored = await assertComplete(second);
    assert.ok(stored.length > before.length);

    const sample = stored.find(
      ({ kind, rule }) => kind === 'lead' && rule === 'engagement_score',
    ) as Decision;
    const one = await ask(second, `/v1/decisions/${sample.id}`);
    assert.equal(one.decided_at, new Date(sample.time).toISOString());
    assert.deepEqual([one.stale, one.orphaned, one.decision_id], [false, false, sample.id]);
    assert.ok(Date.parse(one.as_of as string) > 0);
    const path = `/v1/leads/${sample.entity}/decisions`;
    const few = await ask(second, `${path}?rule=engagement_score&limit=1`);
    const [newest] = few.decisions as [{ rule: string }];
    assert.equal((few.decisions as unknown[]).length, 1);
    assert.equal(newest.rule, 'engagement_score');
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'limits=1'])
      await ask(second, `${path}?${query}`, 400);
    for (const entity of ['lead', 'lead:', ':1']) await ask(second, `/v1/decisions?entity=${entity}`, 400);
    const narrow = await ask(second, `/v1/leads/${sample.entity}?fields=status,engagement_score`);
    assert.deepEqual(
      [Object.keys(narrow.features as object), Object.keys(narrow.results as object)],
      [['status'], ['engagement_score']],
    );
    const typo = await ask(second, `/v1/leads/${sample.entity}?fields=status,engagment_score`, 400);
    assert.match(JSON.stringify(typo.errors), /did you mean engagement_score\?/);
    for (const id of ['99-1-1', 'nonsense']) await ask(second, `/v1/decisions/${id}`, 404);
    const metrics = await (await fetch(`${second.url}/metrics`)).text();
    assert.match(metrics, /^weir_history_lag_entries 0$/m);
    assert.match(metrics, /^weir_postgres_write_duration_seconds_count [1-9]/m);
    // who came to a segment less who left it, in the week until now
    const now = Date.now();
    const mine = (id: string, status: string, time: number) => ({
      ...{
        id: `w-${id}-${status}`,
        type: 'lead.created',
        time,
        data: { lead_id: id, status, base_score: 50 },
      },
    });
    await send(second, [mine('w1', 'nurturing', now - 3000), mine('w2', 'nurturing', now - 2000)]);
    await untilWritten(second);
    await send(second, [mine('w1', 'lost', now - 1000)]);
    await untilWritten(second);
    const page = await (await fetch(`${second.url}/segments`)).text();
    assert.match(page, /High value prospects<\/a><\/th><td class="number">\d+<\/td><td class="number">\+1</);
    await second.close();
  });
});
