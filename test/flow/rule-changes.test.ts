/** Rules changed under a running house: apply and its refusals, the way back, watching files; and what diff says of the history. */

import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runApply } from '../../src/cli/apply-verb.ts';
import { demoDay } from '../../src/cli/demo-day.ts';
import { runDiff } from '../../src/cli/diff-verb.ts';
import { runExplain } from '../../src/cli/explain-verb.ts';
import { type House, openHouse } from '../../src/cli/house.ts';
import { readConfig } from '../../src/cli/read-config.ts';
import { watchConfig } from '../../src/cli/watch-config.ts';
import type { Decision } from '../../src/core/decision.ts';
import { DAY } from '../../src/core/units.ts';
import type { EmbeddedRedis } from '../../src/processor/embedded-redis.ts';
import { PUBLIC_STREAM, systemClock } from '../../src/processor/processor.ts';
import { RedisRuleLibrary } from '../../src/processor/redis-rule-library.ts';
import { RulesInForce } from '../../src/processor/rules-in-force.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import { openDatabase } from '../../src/store/database.ts';
import { PostgresHistory } from '../../src/store/postgres-history.ts';
import { SHIPPED } from '../oracle/rule-files.ts';
import { passableFolder, startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.ts';
import { startTemporaryRedis } from './temporary-redis.ts';
import { until } from './until.ts';

const PARTITIONS = 4;
const END = Date.UTC(2026, 0, 6);

describe('rules changed under a running house', () => {
  let redis: EmbeddedRedis;
  let postgres: TemporaryPostgres;
  let folder: string;
  let house: House;
  let first: string;
  const notices: string[] = [];
  const config = () => join(folder, 'config');
  const score = () => join(config(), 'rules/engagement_score.yaml');

  before(async () => {
    [redis, postgres, folder] = await Promise.all([
      startTemporaryRedis(),
      startTemporaryPostgres(),
      passableFolder(),
    ]);
    cpSync(SHIPPED, config(), { recursive: true });
    // what is not asked about here only takes time to check
    rmSync(join(config(), 'reports'), { recursive: true });
    keepOnly(join(config(), 'features'), ['lead']);
    keepOnly(join(config(), 'rules'), ['engagement_score', 'conversion', 'recommendations', 'segments']);
    const settings = join(config(), 'weir.yaml');
    writeFileSync(settings, `${readFileSync(settings, 'utf8')}partitions: ${PARTITIONS}\n`);
    house = await openHouse({
      environment: {
        redisUrl: `unix:${redis.target.path}`,
        databaseUrl: postgres.url,
        host: '127.0.0.1',
        port: 0,
        config: config(),
        data: join(folder, 'data'),
        instance: 'a',
      },
      clockMode: 'log',
      onNotice: (notice) => notices.push(notice),
    });
    first = house.rules.wanted.hash;
  });

  after(async () => {
    await house?.close();
    await Promise.all([redis?.stop(), postgres?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  function env(): NodeJS.ProcessEnv {
    return {
      REDIS_URL: `unix:${redis.target.path}`,
      DATABASE_URL: postgres.url,
      WEIR_CONFIG: config(),
      WEIR_DATA: join(folder, 'none'),
    };
  }

  type Run = (args: readonly string[], env: NodeJS.ProcessEnv, outputs: never) => Promise<number>;

  async function run(verb: Run, ...words: string[]) {
    const out: string[] = [];
    const errors: string[] = [];
    const outputs = { out: (text: string) => out.push(text), err: (text: string) => errors.push(text) };
    const code = await verb(words, env(), outputs as never);
    return { code, out: out.join(''), errors: errors.join('') };
  }

  async function settled(): Promise<void> {
    await until('every partition is owned', () => house.processor.owned === PARTITIONS);
    await until('the events are applied', () => house.processor.drained());
    await until('the history is written', async () => (await house.processor.deliver?.lag()) === 0);
  }

  function edit(from: string, to: string): void {
    const text = readFileSync(score(), 'utf8');
    assert.ok(text.includes(from));
    writeFileSync(score(), text.replaceAll(from, to));
  }

  const inForceOf = () => new RulesInForce(house.connection, PARTITIONS);
  const inForce = () => inForceOf().read();

  /** Sends events, and a tick to the end of their day. */
  async function send(events: ReturnType<typeof demoDay>): Promise<void> {
    await house.connection.ask('sending events', (client) =>
      Promise.all(events.map((event) => client.xadd(PUBLIC_STREAM, '*', 'd', JSON.stringify(event)))),
    );
    await settled();
    const time = Math.max(...events.map((event) => event.time));
    const tick = { d: JSON.stringify({ type: 'tick', time }) };
    await Promise.all(house.processor.logs.map((log) => log.append(tick)));
    await settled();
  }

  async function decisionCounts(): Promise<Map<string, number>> {
    const database = openDatabase(postgres.url);
    const rows = await database.read('counting decisions', (db) =>
      db
        .selectFrom('decisions')
        .select(({ fn }) => ['rule', fn.countAll<number>().as('count')])
        .where('loss', '=', 0)
        .groupBy('rule')
        .execute(),
    );
    await database.close();
    return new Map(rows.map(({ rule, count }) => [rule, Number(count)]));
  }

  it('a replay decides what the house decided, and an edit is held against it', {
    timeout: 240_000,
  }, async () => {
    const day = demoDay(3, END).slice(0, 500);
    await send(day);
    const kept = await decisionCounts();
    edit('2 * completions_7d', '3 * completions_7d');
    const { code, out } = await run(runDiff, '--json');
    assert.equal(code, 0);
    const summary = JSON.parse(out.trim().split('\n').at(-1) as string);
    assert.equal(summary.old, first);
    assert.equal(summary.events, day.length - repeatsAndRefused(day));
    assert.ok(summary.rules.length >= 3);
    for (const { rule, published } of summary.rules) assert.equal(published[0], kept.get(rule) ?? 0, rule);
  });

  it('apply refuses what fails its tests, and what is stale', { timeout: 240_000 }, async () => {
    await assert.rejects(
      run(runApply),
      /tests of the rules fail[\s\S]*FAIL .*engagement_score\.yaml:\d+:\d+/,
    );
    edit('3 * completions_7d', '2 * completions_7d');
    edit('description:', 'description: Well,');
    const stale = await run(runApply, '--previous', '0123456789abcdef');
    assert.equal(stale.code, 4);
    assert.match(stale.errors, new RegExp(`${first} is in force, not 0123456789abcdef`));
    for (const { hash } of await inForce()) assert.equal(hash, first);
  });

  it('apply changes every partition and what HTTP reads by, and goes back', {
    timeout: 240_000,
  }, async () => {
    const dry = await run(runApply, '--dry-run', '--diff');
    assert.match(dry.out, /no rule can decide otherwise[\s\S]*would take the place of/);
    const { code, out } = await run(runApply, '--json', '--previous', first);
    assert.equal(code, 0);
    const { hash, previous, waiting } = JSON.parse(out);
    assert.deepEqual([previous, waiting], [first, 0]);
    assert.ok((await inForce()).every((found) => found.hash === hash));
    await until('the house follows', () => house.rules.wanted.hash === hash);
    assert.ok(notices.some((notice) => notice.includes('another rule set came into force')));
    assert.match((await run(runApply)).out, /is in force already/);
    assert.equal((await run(runApply, '--to', first)).code, 0);
    assert.ok((await inForce()).every((found) => found.hash === first));
    await until('the house follows back', () => house.rules.wanted.hash === first);
    await assert.rejects(run(runApply, '--to', 'ffffffffffffffff'), /no rule set of this hash/);
  });

  it('of two changes at once every log takes the same one', { timeout: 240_000 }, async () => {
    const change = new RulesInForce(house.connection, PARTITIONS);
    const { hash } = JSON.parse((await run(runApply, '--json', '--dry-run')).out);
    const answers = await Promise.all([
      change.change({ hash, store: async () => undefined }, first),
      run(runApply, '--json', '--previous', first),
    ]);
    assert.ok(answers[0].ok);
    await until(
      'the logs agree',
      async () => new Set((await inForce()).map((found) => found.hash)).size === 1,
    );
  });

  it('watched files come into force when they are good, and only then', { timeout: 240_000 }, async () => {
    const stop = new AbortController();
    const told: { ok: boolean; message: string }[] = [];
    const watching = watchConfig(config(), systemClock, stop.signal, async () => {
      told.push(await house.reload());
    });
    const now = house.rules.wanted.hash;
    edit('description: Well,', 'descriptoin: Well,');
    await until('the bad set is refused', () => told.length === 1);
    assert.equal(told[0]?.ok, false);
    assert.match(told[0]?.message ?? '', /engagement_score\.yaml:\d+:\d+: .*descriptoin/);
    edit('descriptoin: Well,', 'description: Very well,');
    await until('the good set is taken', () => told.length === 2);
    assert.equal(told[1]?.ok, true, told[1]?.message ?? 'told');
    await until('it is in force', async () =>
      (await inForce()).every(({ hash }) => hash === house.rules.wanted.hash),
    );
    assert.notEqual(house.rules.wanted.hash, now);
    writeFileSync(score(), `${readFileSync(score(), 'utf8')}# a comment\n`);
    await until('a comment is looked at', () => told.length === 3);
    assert.match(told[2]?.message ?? '', /is in force already/);
    stop.abort();
    await watching;
  });

  it('a rule in shadow is held against the live one', { timeout: 240_000 }, async () => {
    const shadow = `${readFileSync(score(), 'utf8').split('\ntests:')[0]}\n`
      .replace(/^rule: .*$/m, 'rule: engagement_score_next')
      .replace('mode: live', 'mode: shadow')
      .replace('2 * completions_7d', '3 * completions_7d');
    writeFileSync(join(config(), 'rules/next.yaml'), shadow);
    const reloaded = await house.reload();
    assert.equal(reloaded.ok, true, reloaded.message);
    await until('it is in force', async () =>
      (await inForce()).every(({ hash }) => hash === house.rules.wanted.hash),
    );
    const later = demoDay(4, END + DAY).slice(0, 400);
    await send(later);
    const { code, out } = await run(runDiff, '--shadow', 'engagement_score_next', '--json', '--exit-code');
    assert.equal(code, 1, 'they differ');
    const found = JSON.parse(out);
    assert.deepEqual([found.shadow, found.live], ['engagement_score_next', 'engagement_score']);
    const database = openDatabase(postgres.url);
    const last = (rule: string, entity: string) =>
      database.read('reading a decision', (db) =>
        db
          .selectFrom('decisions')
          .select('value')
          .where('rule', '=', rule)
          .where('entity', '=', entity)
          .orderBy('outbox_ms', 'desc')
          .orderBy('outbox_seq', 'desc')
          .executeTakeFirst(),
      );
    assert.ok(found.differing.length > 0 && found.differing.length <= found.entities);
    for (const { entity, live, shadow: other } of found.differing.slice(0, 5)) {
      assert.equal(other?.value, (await last('engagement_score_next', entity))?.value);
      assert.equal(live?.value, (await last('engagement_score', entity))?.value);
      assert.notEqual(live?.value, other?.value);
    }
    await database.close();
    const told = await run(runDiff, '--shadow', 'engagement_score_next');
    assert.match(told.out, /engagement_score \(live\) and engagement_score_next \(shadow\), since/);
    assert.equal(told.code, 0, 'without --exit-code a difference is no failure');
  });

  it('each entry of the past is judged by the rules of its time', { timeout: 240_000 }, async () => {
    // what counts more from here on: its tests would refuse it, and are not asked
    const files = readConfig(config()).map(({ path, text }) => ({
      path,
      text: text.replace('2 * completions_7d', '4 * completions_7d'),
    }));
    const loaded = loadRuleSet(files);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    // by somebody else, as weir apply does
    const stored = await new RedisRuleLibrary(house.connection, loaded.plan).store(loaded.plan, files);
    assert.ok((await inForceOf().change(stored)).ok);
    await until('it is in force', async () =>
      (await inForce()).every(({ hash }) => hash === loaded.plan.hash),
    );
    await send(demoDay(5, END + 2 * DAY).slice(0, 400));
    await until('the set is kept', async () => {
      const database = openDatabase(postgres.url);
      const rules = await new PostgresHistory(database).ruleSet(loaded.plan.hash);
      await database.close();
      return rules !== undefined;
    });
    const kept = await decisionCounts();
    const { code, out } = await run(runDiff, '--past', '--json');
    assert.equal(code, 0);
    const summary = JSON.parse(out.trim().split('\n').at(-1) as string);
    assert.equal(summary.old, loaded.plan.hash);
    assert.ok(summary.differs, 'the files here count completions as they did before');
    for (const { rule, published } of summary.rules) assert.equal(published[0], kept.get(rule) ?? 0, rule);
    assert.ok(summary.rules.some(({ rule }: { rule: string }) => rule === 'engagement_score'));
    const once = await run(runDiff, '--json');
    assert.notDeepEqual(
      JSON.parse(once.out.trim().split('\n').at(-1) as string).rules,
      summary.rules,
      'without --past the set in force now is held against all of it',
    );
  });

  it('an entity of the past is explained as it was decided then', { timeout: 240_000 }, async () => {
    const database = openDatabase(postgres.url);
    const history = new PostgresHistory(database);
    const rows: Decision[] = [];
    await history.eachDecision('engagement_score', { from: 0, to: END + 9 * DAY }, (row) => rows.push(row));
    assert.ok(new Set(rows.map(({ rules }) => rules)).size > 1, 'of more than one rule set');
    const some = [rows.at(rows.length >> 2), rows.at(rows.length >> 1), rows.at(-1)];
    for (const { entity, time } of some.filter((row) => row !== undefined)) {
      const decided = await history.decisionsAt('lead', entity, time);
      const at = new Date(time).toISOString();
      const { code, out } = await run(runExplain, `lead:${entity}`, '--at', at, '--replay', '--json');
      assert.equal(code, 0);
      const told = JSON.parse(out);
      assert.equal(told.stream_time, at);
      for (const decision of decided) {
        const result = told.results.find(({ rule }: { rule: string }) => rule === decision.rule);
        const { decided_at, published_value } = result;
        assert.deepEqual(
          [decided_at, published_value],
          [
            new Date(decision.time).toISOString(),
            Array.isArray(decision.value) ? decision.value.map(({ name }) => name) : decision.value,
          ],
        );
      }
      const url = `${house.url}/v1/leads/${entity}/explain?at=${encodeURIComponent(at)}`;
      const asked = (await (await fetch(url)).json()) as { made_from: string; decisions: { rule: string }[] };
      assert.equal(asked.made_from, 'decisions');
      assert.deepEqual(
        asked.decisions.map(({ rule }) => rule),
        decided.map(({ rule }) => rule),
      );
    }
    await database.close();
    const never = await run(runExplain, 'lead:nobody', '--at', new Date(END).toISOString(), '--replay');
    assert.equal(never.code, 1);
    assert.match(never.errors, /no event about lead:nobody/);
    await assert.rejects(
      run(runExplain, 'lead:1', 'engagement', '--at', '1h', '--replay'),
      /never a rule "engagement" about lead/,
    );
  });
});

function keepOnly(folder: string, names: readonly string[]): void {
  for (const file of readdirSync(folder))
    if (!names.includes(file.replace('.yaml', ''))) rmSync(join(folder, file));
}

/** Events of the day that count nowhere: copies, and those that are refused. */
function repeatsAndRefused(day: ReturnType<typeof demoDay>): number {
  const seen = new Set<string>();
  let left = 0;
  for (const { id, source, type } of day) {
    const key = `${source} ${id}`;
    if (seen.has(key) || type === 'content.complete') left += 1;
    seen.add(key);
  }
  return left;
}
