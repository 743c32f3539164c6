/** What the tables of the history hold of a running weir: every event once, entities as they stand, nobody's name where it does not belong. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type RawBuilder, sql } from 'kysely';
import { demoDay } from '../../src/cli/demo-day.ts';
import { openHistory } from '../../src/cli/history.ts';
import { type House, openHouse } from '../../src/cli/house.ts';
import type { History } from '../../src/core/history.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import { DAY } from '../../src/core/units.ts';
import { PUBLIC_STREAM } from '../../src/processor/processor.ts';
import { readEntity } from '../../src/processor/read-entity.ts';
import { type Database, type Handle, openDatabase } from '../../src/store/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { keepHouse } from '../../src/store/keep-months.ts';
import { root } from '../document-blocks.ts';
import { passableFolder } from './temporary-postgres.ts';
import { until } from './until.ts';

const START = Date.UTC(2026, 0, 6);
const CANARY = 'canary.erasure@example.com';

describe('the tables of the history', { timeout: 120_000 }, () => {
  let data: string;
  let postgres: EmbeddedPostgres;
  let database: Database;
  let house: House;
  let history: History;
  const day = demoDay(3, START).slice(0, 1500) as unknown as Readonly<Record<string, unknown>>[];
  const mine = [
    event('lead.created', 'p-1', { lead_id: 'x1', email: CANARY, name: 'Ana Canary', status: 'nurturing' }),
    event('content.opened', 'p-2', {
      lead_id: 'x1',
      content_id: 'a',
      note: `write to ${CANARY.toUpperCase()}`,
    }),
    event('campaign.created', 'p-3', { campaign_id: 'k1', daily_budget: 10, currency: 'EUR', channels: [] }),
    event('campaign.click', 'p-4', {
      campaign_id: 'k1',
      channel: 'jooble',
      cost: 0.3312,
      lead_id: 'x1',
      location: 'Lugo',
      user_agent: 'Mozilla/5.0 (X11; rv:120.0) Gecko/20100101 Firefox/120.0',
      ip_address: '203.0.113.77',
      metadata: { mail: CANARY },
    }),
    event('content.opened', 'p-2', { lead_id: 'x1', content_id: 'b' }),
    { type: 'lead.creatd', lead_id: 'x1', email: CANARY },
  ];

  before(async () => {
    data = await passableFolder();
    postgres = await startEmbeddedPostgres(join(data, 'postgres'));
    database = openDatabase(postgres.urls);
    // whoever comes first makes the roles
    await rows(sql`select 1`);
    house = await openHouse({
      environment: {
        redisUrl: undefined,
        databaseUrl: postgres.urls.migrate,
        databaseWriteUrl: postgres.urls.write,
        databaseReadUrl: postgres.urls.read,
        host: '127.0.0.1',
        port: 0,
        config: join(root, 'config'),
        data,
        instance: 'a',
      },
      clockMode: 'log',
      onNotice: (notice, context) => assert.fail(`${notice} ${JSON.stringify(context)}`),
    }).catch(async (error: unknown) => {
      await postgres.stop();
      throw error;
    });
    history = openHistory(postgres.urls).read(undefined);
    await send([...day, ...mine, ...day.slice(0, 7)]);
  });
  after(async () => {
    await house.close();
    await database.close();
    await postgres.stop();
    await rm(data, { recursive: true, force: true });
  });

  async function send(events: readonly unknown[]): Promise<void> {
    await house.connection.ask('sending events', (client) =>
      Promise.all(events.map((one) => client.xadd(PUBLIC_STREAM, '*', 'd', JSON.stringify(one)))),
    );
    const { processor } = house;
    await until('every partition is owned', () => processor.owned === processor.workers.length);
    await until('the events are applied', () => processor.drained());
    await until('the history is written', async () => (await processor.deliver?.lag()) === 0);
  }

  const rows = <T>(query: RawBuilder<T>, handle: Handle = 'read') =>
    database.askAs(handle, 'testing', async (db) => (await query.execute(db)).rows);

  it('has each event once, in one table or the other, and marks copies', async () => {
    const found = await rows(sql<{ id: string; repeated: boolean }>`
      select event_id as id, repeated from events where event_id is not null
      union all select event_id, repeated from campaign_events`);
    const standing = found.filter(({ repeated }) => !repeated).map(({ id }) => id);
    const sent = [...day, ...mine].flatMap(({ id }) => (id === undefined ? [] : [String(id)]));
    assert.deepEqual(standing.sort(), [...new Set(sent)].sort());
    // seven came twice, and one id came with another payload
    assert.equal(found.length, standing.length + 7 + 1);
  });

  it('keeps campaign events under the names that analysts know', async () => {
    const [click] = await rows(
      sql<Record<string, unknown>>`select * from campaign_events where event_id = 'p-4'`,
    );
    const { campaign_id, event_type, channel, cost, location, user_agent, lead_id, metadata } = click ?? {};
    assert.deepEqual(
      { campaign_id, event_type, channel, cost, location, user_agent, lead_id, metadata },
      {
        campaign_id: 'k1',
        event_type: 'click',
        channel: 'jooble',
        cost: '0.331200',
        location: 'Lugo',
        user_agent: 'firefox',
        lead_id: 'x1',
        metadata: { ip_address: '203.0.113.0/24', metadata: { mail: CANARY } },
      },
    );
    const trace = await history.event('p-4');
    assert.equal(trace?.events[0]?.data.cost, 0.3312);
    assert.equal(trace?.events[0]?.entity, 'k1');
  });

  it('traces an event to its decisions, and a refused one to its letter', async () => {
    const opened = await history.event('p-2', 'crm');
    assert.equal(opened?.status, 'processed');
    assert.ok((opened?.decisions.length ?? 0) > 0);
    assert.deepEqual(
      opened?.dead.map(({ reason }) => reason),
      ['id_conflict'],
    );
    assert.deepEqual(
      opened?.events.map(({ data: { content_id }, repeated }) => [content_id, repeated]),
      [
        ['a', false],
        ['b', true],
      ],
    );
    assert.equal(await history.event('p-99'), undefined);
    const [group] = (await history.deadGroups()).filter(({ type }) => type === 'lead.creatd');
    assert.deepEqual([group?.reason, group?.count], ['unknown_type', 1]);
    const { rows: letters } = await history.deadLetters({ reason: 'unknown_type', limit: 10 });
    const letter = await history.deadLetter(letters[0]?.id ?? '');
    assert.deepEqual(JSON.parse(String(letter?.raw)), mine.at(-1));
  });

  it('has every entity as it stands, and every list in its order', async () => {
    await noteChanges(house);
    await until('entities are written', async () => (await house.processor.mirror?.lag()) === 0);
    const all = [];
    for (let after: string | undefined; ; ) {
      const page = await history.entities({
        kind: 'lead',
        limit: 50,
        ...(after === undefined ? {} : { after }),
      });
      all.push(...page.rows);
      if (page.next === undefined) break;
      after = page.next;
    }
    const ids = all.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)].sort());
    assert.ok(ids.length > 60, `${ids.length} leads`);
    for (const { id, values, decisions } of all.slice(0, 30)) {
      const stored = await readEntity(house.connection, house.rules, 'lead', id);
      const scored = await history.decisionsOf('lead', id, { rule: 'engagement_score', limit: 1 });
      assert.equal(decisions.engagement_score?.decision_id, scored.rows[0]?.id, `of the score of ${id}`);
      assert.equal(
        values.engagement_score,
        stored?.entity.slots[stored.entity.kind.slotOf.get('engagement_score') ?? -1],
      );
    }
    const tag = all.flatMap(({ tags }) => tags)[0] as string;
    const order = { by: 'engagement_score', descending: true };
    const expected = all
      .filter(({ tags, values }) => tags.includes(tag) && Number(values.engagement_score) >= 2)
      .map(({ id, values }) => [Number(values.engagement_score), id] as const)
      .sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? 1 : -1));
    const query = { kind: 'lead', tags: [tag], ranks: [{ name: 'engagement_score', min: 2 }], order };
    const first = await history.entities({ ...query, limit: 3 });
    const second = await history.entities({ ...query, limit: 200, after: first.next ?? '' });
    assert.deepEqual(
      [...first.rows, ...second.rows].map(({ id }) => id),
      expected.map(([, id]) => id),
    );
    assert.equal(
      (await history.tagCounts('lead')).get(tag),
      all.filter(({ tags }) => tags.includes(tag)).length,
    );
  });

  it('pages through decisions, and tells each of a rule in a span once', async () => {
    const paged = [];
    for (let after: string | undefined; ; ) {
      const page = await history.decisions({
        rule: 'engagement_score',
        limit: 150,
        ...(after ? { after } : {}),
      });
      paged.push(...page.rows);
      if (page.next === undefined) break;
      after = page.next;
    }
    assert.equal(new Set(paged.map(({ id }) => id)).size, paged.length);
    assert.deepEqual(
      paged.map(({ time }) => time),
      paged.map(({ time }) => time).sort((a, b) => b - a),
    );
    const span = { from: 0, to: START + 365 * DAY };
    const told: string[] = [];
    await history.eachDecision('engagement_score', span, ({ id }) => told.push(id));
    assert.deepEqual([...told].sort(), paged.map(({ id }) => id).sort());
    await assert.rejects(history.decisions({ limit: 10, after: 'nonsense' }), /not the `next`/);
  });

  it('knows the files of the rule set that decisions name', async () => {
    const [{ rules } = { rules: '' }] = await rows(
      sql<{ rules: string }>`select rules from decisions limit 1`,
    );
    const files = await history.ruleSet(rules);
    assert.ok(files?.some(({ text }) => text.includes('rule: engagement_score')));
  });

  it('lets the reader read and the writer add, and nobody else do anything', async () => {
    const attempts: [Handle, string][] = [
      ['read', 'insert into report_snapshots values (1)'],
      ['write', 'delete from events'],
      ['write', 'drop table events'],
      ['write', 'create table mine (a int)'],
    ];
    for (const [handle, text] of attempts)
      await assert.rejects(rows(sql.raw(text), handle), /read-only|permission denied|must be owner/, text);
    const users = await Promise.all(
      (['migrate', 'write', 'read'] as const).map((handle) =>
        rows(sql<{ user: string }>`select current_user as user`, handle),
      ),
    );
    assert.deepEqual(users.flat(), [{ user: 'weir_migrate' }, { user: 'weir_write' }, { user: 'weir_read' }]);
    for (const handle of ['migrate', 'write', 'read'] as const) {
      const [role] = await rows(
        sql<{ plain: boolean; waits: string }>`
          select not (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls) as plain,
            current_setting('statement_timeout') as waits
          from pg_roles where rolname = current_user`,
        handle,
      );
      assert.equal(role?.plain, true, `${handle} may do no more than its tables need`);
      assert.notEqual(role?.waits, '0', `${handle} waits for nothing without end`);
    }
  });

  it('moves events into their months, and drops months and bytes whose time is over', async () => {
    const now = START + 3 * DAY;
    const before = await rows(sql<{ count: number }>`select count(*) from events`);
    const made = await keepHouse(database, { now, keep: undefined, keepBytes: DAY * 365_000 });
    assert.ok(made.made.includes('events_2026_01'), made.made.join());
    assert.deepEqual(await rows(sql<{ count: number }>`select count(*) from events`), before);
    const [inMonth] = await rows(sql<{ count: number }>`select count(*) from events_2026_01`, 'migrate');
    assert.ok((inMonth?.count ?? 0) > 0);
    const again = await keepHouse(database, { now, keep: undefined, keepBytes: DAY * 365_000 });
    assert.deepEqual([again.made, again.dropped], [[], []]);
  });

  it('forgets a person wherever it is named, and nothing else', async () => {
    const open = openHistory(postgres.urls);
    const counts = () =>
      rows(
        sql`select (select count(*) from events) as events, (select count(*) from decisions) as decisions`,
      );
    const before = await counts();
    assert.deepEqual((await history.persons('lead', ['x1'])).get('x1'), {
      email: CANARY,
      name: 'Ana Canary',
    });
    const tried = await open.tryErasing('lead', 'x1');
    const erased = await open.erasePerson('lead', 'x1');
    const expected = {
      persons: 1,
      entities: 1,
      campaign_events: 1,
      dead_letters: 2,
      late_events: 0,
      reports: 0,
    };
    const { events, decisions, anomalies, ...others } = erased;
    assert.deepEqual(others, expected);
    assert.ok(events >= 2 && decisions > 0 && anomalies === 0, JSON.stringify(erased));
    assert.deepEqual(await counts(), before);
    assert.deepEqual(tried, erased);
    const tables = await rows(sql<{ name: string }>`
      select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`);
    for (const { name } of tables) {
      const [named] = await rows(
        sql<{ count: number }>`select count(*) from ${sql.table(name)} t where t::text ~* 'canary'`,
      );
      assert.equal(named?.count, 0, name);
    }
    const again = await open.erasePerson('lead', 'x1');
    assert.deepEqual([...new Set(Object.values(again))], [0]);
    await open.close();
  });

  it('drops what is older than it is to be kept', async () => {
    const kept = await keepHouse(database, { now: START + 500 * DAY, keep: 400 * DAY, keepBytes: DAY });
    assert.ok(kept.dropped.includes('events_2026_01'), kept.dropped.join());
    const [left] = await rows(sql<{ count: number }>`select count(*) from events where time < '2026-02-01'`);
    assert.equal(left?.count, 0);
  });

  it('keeps reports as they were', async () => {
    const open = openHistory(postgres.urls);
    for (const at of [START, START + DAY]) await open.putReport({ name: 'r', at, document: { at } });
    await open.putReport({ name: 'r', at: START, document: { at: 'again' } });
    assert.deepEqual(await history.report('r', START + DAY - 1), {
      name: 'r',
      at: START,
      document: { at: 'again' },
    });
    assert.equal((await history.report('r'))?.at, START + DAY);
    assert.equal(await history.report('r', START - 1), undefined);
    await open.close();
  });
});

/** Every entity counts as changed by the last commit. */
async function noteChanges({ connection, processor }: House): Promise<void> {
  for (const { partition } of processor.workers) {
    const { state, changed, position } = partitionKeys(partition, processor.workers.length);
    await connection.ask('noting changes', async (client) => {
      const commit = Number(await client.hget(position, 'commit'));
      for (const key of await client.hkeys(state)) await client.zadd(changed, commit, key);
    });
  }
}

function event(
  type: string,
  id: string,
  data: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return { id, source: 'crm', type, time: new Date(START + 2 * DAY).toISOString(), data };
}
