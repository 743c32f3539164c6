/** Insights in Postgres: what a partition stated and what came of it, page by page, as a table, and again after a loss. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Decision } from '../../src/core/decision.ts';
import type { OutboxRow } from '../../src/core/ports.ts';
import { DAY, HOUR } from '../../src/core/units.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { PostgresHistory } from '../../src/store/postgres-history.ts';
import { PostgresSink } from '../../src/store/postgres-sink.ts';
import { CampaignFold, campaignPlan } from '../step/actions/campaign-fold.ts';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.ts';

const IMPACT = `{ by: [admin], expires: 1h }
impact:
  type: budget_optimization
  of: applications
  stated: '{ "value": 7.42, "low": 2, "high": 12.9, "confidence": 50 + 5 * $sum(channels.clicks) % 50 }'
  text: '{{$moves(proposal.from, proposal.to)}}'
  after: 2d
  realised: $sum(channels.clicks) % 20 - 4
`;

let postgres: TemporaryPostgres;
let database: Database;
let history: PostgresHistory;
let decisions: readonly Decision[];
let rows: readonly OutboxRow[];

/** A week of a campaign; one action is applied. */
function story(): readonly Decision[] {
  const fold = new CampaignFold(campaignPlan(IMPACT), { forgets: false });
  fold.created(0, { a: 100, b: 100 });
  for (let hour = 1; hour < 7 * 24; hour++) fold.click(hour * HOUR, hour % 3 === 0 ? 'a' : 'b');
  const { id } = fold.actions().find(({ status }) => status === 'pending') as { id: string };
  fold.approve(7 * DAY - HOUR + 1, id);
  fold.report(7 * DAY, id);
  fold.tick(9 * DAY + HOUR);
  return fold.decisions;
}

before(async () => {
  postgres = await startTemporaryPostgres();
  database = openDatabase(postgres.url);
  history = new PostgresHistory(database);
  decisions = story();
  rows = decisions.map((decision, i) => ({ id: `${i + 1}-0`, text: JSON.stringify(decision) }));
  const sink = new PostgresSink(database);
  await sink.positions([{ stream: 'out', partition: 0 }]);
  const to = (rows.at(-1) as OutboxRow).id;
  await sink.apply([{ stream: 'out', partition: 0, from: '0-0', to, rows }]);
});
after(async () => {
  await database.close();
  await postgres.stop();
});

const proposals = () =>
  decisions.filter(({ act }) => act && act.id !== '').map(({ act }) => act?.id as string);
const realised = () => decisions.flatMap((decision) => decision.realised ?? []);

describe('insights in the history', () => {
  it('are one for each action that states its impact, with where it stands and what came of it', async () => {
    const found = [];
    for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
      const page = await history.insights({ limit: 7, ...(after === undefined ? {} : { after }) });
      found.push(...page.rows);
      after = page.next;
    }
    assert.deepEqual(new Set(found.map(({ id }) => id)), new Set(proposals()));
    assert.equal(found.length, new Set(proposals()).size);
    const came = realised();
    assert.ok(came.length > 20, `${came.length}`);
    for (const { id, value, because, applied } of came) {
      const one = await history.insight(idOf(id));
      assert.deepEqual(
        [one?.realised?.value, one?.realised?.because, one?.realised?.applied],
        [value, because, applied],
      );
    }
    assert.equal(came.filter(({ applied }) => applied).length, 1);
    const applied = await history.insights({ status: 'applied', limit: 10 });
    assert.deepEqual(
      applied.rows.map(({ campaign, statement }) => [campaign, statement.type, statement.value]),
      [['c1', 'budget_optimization', 7.42]],
    );
    assert.equal((await history.insights({ campaign: 'c2', limit: 10 })).rows.length, 0);
    assert.equal((await history.insights({ type: 'other', limit: 10 })).rows.length, 0);
  });

  it('are counted by how sure they were', async () => {
    const buckets = await history.reliability('budget_optimization');
    const expected = new Map<
      number,
      { stated: Set<string>; above: number; within: number; realised: number }
    >();
    const bucketOf = (confidence: number) => {
      const from = Math.min(90, 10 * Math.floor(confidence / 10));
      const bucket = expected.get(from) ?? { stated: new Set(), above: 0, within: 0, realised: 0 };
      expected.set(from, bucket);
      return bucket;
    };
    for (const { act, value } of decisions)
      if (act) bucketOf((value as { impact: { confidence: number } }).impact.confidence).stated.add(act.id);
    for (const { statement, value } of realised()) {
      if (value === null) continue;
      const bucket = bucketOf(statement.confidence as number);
      bucket.realised += 1;
      if (value > 0) bucket.above += 1;
      if (value >= 2 && value <= 12.9) bucket.within += 1;
    }
    assert.deepEqual(
      buckets.map((one) => [
        one.from,
        one.to,
        one.stated,
        one.realised,
        one.above,
        one.intervals,
        one.within,
      ]),
      [...expected]
        .sort(([a], [b]) => a - b)
        .map(([from, one]) => {
          return [from, from + 10, one.stated.size, one.realised, one.above, one.realised, one.within];
        }),
    );
    assert.deepEqual(await history.reliability('other'), []);
    assert.deepEqual(await history.reliability(), buckets);
  });

  it('are made again from what stands when Redis lost what told of them', async () => {
    const last = rows.findLast(({ text }) => text.includes('"applied":true')) as OutboxRow;
    const lost = JSON.parse(last.text) as Decision;
    const id = idOf(lost.realised?.id as string);
    assert.notEqual((await history.insight(id))?.realised, null);
    const place = { stream: 'out', partition: 0 } as const;
    const before = rows[rows.indexOf(last) - 1] as OutboxRow;
    await new PostgresSink(database).rewind(place, (rows.at(-1) as OutboxRow).id, before.id);
    const again = await history.insight(id);
    assert.deepEqual([again?.realised, again?.status], [null, 'applied']);
  });
});

function idOf(text: string) {
  const [partition, incarnation, seq] = text.split('-').map(Number) as [number, number, number];
  return { partition, incarnation, seq };
}
