/** history: rows a second into Postgres, how long an outage takes to be made good, and what lists cost. */

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type House, openHouse } from '../src/cli/house.ts';
import { partitionOf } from '../src/core/partition.ts';
import { openDatabase } from '../src/store/database.ts';
import { startEmbeddedPostgres } from '../src/store/embedded-postgres.ts';
import { PostgresEntities } from '../src/store/postgres-entities.ts';
import { PostgresHistory } from '../src/store/postgres-history.ts';
import type { Bench, Options, Outcome } from './bench.ts';
import { type BenchRedis, startBenchRedis } from './bench-redis.ts';
import { logKeys, PARTITIONS } from './flow/keys.ts';
import { countRows, type RowCounts } from './history/count-rows.ts';
import { type ListTime, listTimes } from './history/list-times.ts';
import { writeMadeLeads } from './history/made-leads.ts';
import { steadyTraffic } from './history/steady-traffic.ts';
import { houseOptions } from './house-options.ts';
import { leadTraffic } from './lead-traffic.ts';
import { number, table } from './table.ts';

type Numbers = Record<'events' | 'rate' | 'outage' | 'leads' | 'samples' | 'seed', number>;

async function run(options: Options): Promise<Outcome> {
  const asked = options as Numbers;
  const folder = await mkdtemp(join(tmpdir(), 'weir-bench-'));
  await chmod(folder, 0o711);
  try {
    const backlog = await inServers(join(folder, 'backlog'), (servers) => drainBacklog(servers, asked));
    const outage = await inServers(join(folder, 'outage'), (servers) => surviveOutage(servers, asked));
    const lists = await inServers(join(folder, 'lists'), (servers) => timeLists(servers, asked));
    return outcome(asked, backlog, outage, lists);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Servers {
  readonly server: BenchRedis;
  readonly data: string;
}

async function inServers<T>(data: string, work: (servers: Servers) => Promise<T>): Promise<T> {
  const server = await startBenchRedis();
  try {
    return await work({ server, data });
  } finally {
    await server.stop();
  }
}

interface Drained {
  readonly seconds: number;
  /** Of this process, the server not counted. */
  readonly cpuSeconds?: number;
  readonly counts: RowCounts;
  readonly sent: number;
}

/** Everything is applied while there is no history; then there is one, and it begins at the beginning. */
async function drainBacklog({ server, data }: Servers, { events, seed }: Numbers): Promise<Drained> {
  let pipeline = server.redis.pipeline();
  let n = 0;
  for (const { lead, text } of leadTraffic({ events, leads: Math.ceil(events / 10), seed })) {
    pipeline.xadd(logKeys(partitionOf(lead, PARTITIONS)).used, '*', 'd', text);
    if (++n % 1_000 > 0 && n < events) continue;
    await pipeline.exec();
    pipeline = server.redis.pipeline();
  }
  const before = await openHouse(houseOptions(server.path, 'log'));
  await applied(before);
  await before.close();
  const postgres = await startEmbeddedPostgres(data);
  const database = openDatabase(postgres.url);
  await database.ask('making the tables', (db) => sql`select 1`.execute(db));
  const house = await openHouse(houseOptions(server.path, 'log', postgres.url));
  try {
    const begun = performance.now();
    const cpu = process.cpuUsage();
    await drained(house);
    const seconds = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return {
      seconds,
      cpuSeconds: (user + system) / 1e6,
      sent: events,
      counts: await countRows(database, server.redis),
    };
  } finally {
    await house.close();
    await database.close();
    await postgres.stop();
  }
}

async function surviveOutage({ server, data }: Servers, { rate, outage, seed }: Numbers): Promise<Drained> {
  const first = await startEmbeddedPostgres(data);
  const house = await openHouse(houseOptions(server.path, 'live', first.url));
  const traffic = steadyTraffic(server.redis, rate, rate * (outage + 120), seed);
  await sleep(3_000);
  await first.stop();
  await sleep(outage * 1_000);
  const second = await startEmbeddedPostgres(data);
  const database = openDatabase(second.url);
  try {
    const back = Date.now();
    const begun = performance.now();
    // events keep coming: it has caught up when everything until its return and after it is there
    while (
      house.processor.workers.some(
        ({ partition }) => (house.processor.deliver?.drainedAt(partition) ?? 0) < back,
      )
    )
      await sleep(20);
    const seconds = (performance.now() - begun) / 1000;
    const sent = await traffic.stop();
    await applied(house);
    await drained(house);
    return { seconds, sent, counts: await countRows(database, server.redis) };
  } finally {
    await traffic.stop();
    await house.close();
    await database.close();
    await second.stop();
  }
}

/** On a loaded machine Redis may keep us waiting: then it is asked again. */
async function applied({ processor }: House): Promise<void> {
  const waiting = async () =>
    processor.owned < PARTITIONS || (await processor.lag().catch(() => ({ entries: 1 }))).entries > 0;
  while (await waiting()) await sleep(200);
}

async function drained({ processor }: House): Promise<void> {
  while (processor.owned < PARTITIONS) await sleep(10);
  while ((await processor.deliver?.lag().catch(() => 1)) !== 0) await sleep(50);
}

async function timeLists({ data }: Servers, { leads, samples, seed }: Numbers): Promise<ListTime[]> {
  const postgres = await startEmbeddedPostgres(data);
  const database = openDatabase(postgres.url);
  try {
    await writeMadeLeads(new PostgresEntities(database), leads, seed);
    return await listTimes(new PostgresHistory(database), samples);
  } finally {
    await database.close();
    await postgres.stop();
  }
}

function outcome(asked: Numbers, backlog: Drained, outage: Drained, lists: readonly ListTime[]): Outcome {
  const rows = backlog.counts.events + backlog.counts.decisions;
  const exact = [backlog, outage].every(
    ({ counts, sent }) =>
      counts.events === sent &&
      counts.ids === sent &&
      counts.decisions === counts.outboxes &&
      counts.orphaned === 0,
  );
  const told = [
    `${number(rows)} rows of a backlog (${number(backlog.counts.events)} events, ${number(backlog.counts.decisions)} decisions) in ${number(backlog.seconds, 1)} s: ${number(rows / backlog.seconds)} rows/s, ${number(rows / (backlog.cpuSeconds ?? 1))} a second of our CPU, entities beside`,
    `Postgres away for ${asked.outage} s at ${number(asked.rate)} events/s: caught up ${number(outage.seconds, 1)} s after its return; ${number(outage.sent)} events and ${number(outage.counts.decisions)} decisions, ${exact ? 'each once' : 'NOT each once'}`,
    `lists of ${number(asked.leads)} leads, pages of 50, ms`,
  ];
  const header = ['', 'rows', 'p50', 'p99'];
  const cells = lists.map(({ list, rows: found, p50, p99 }) => [
    list,
    number(found),
    number(p50, 1),
    number(p99, 1),
  ]);
  return {
    table: `${told.join('\n')}\n${table([header, ...cells])}`,
    exact,
    chart: {
      title: `lists of ${number(asked.leads)} leads, pages of 50: p99, ms`,
      bars: lists.map(({ list, p99 }) => ({ label: list, value: p99 })),
    },
    figures: {
      rows_per_second: rows / backlog.seconds,
      rows_per_cpu_second: rows / (backlog.cpuSeconds ?? 1),
      drain_seconds: outage.seconds,
      list_p50_ms: Math.max(...lists.map(({ p50 }) => p50)),
      list_p99_ms: Math.max(...lists.map(({ p99 }) => p99)),
      rows,
      exact,
    },
  };
}

export const history: Bench = {
  about: 'how fast rows get into Postgres, and how long an outage and a list take',
  defaults: { events: 100_000, rate: 2_000, outage: 20, leads: 100_000, samples: 200, seed: 1 },
  run,
};
