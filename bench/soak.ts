/** soak: a house for half an hour, Postgres slow for a third of it, watchers who never read: memory must stay as it is. */

import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { partitionOf } from '../src/core/partition.ts';
import { MINUTE, SECOND } from '../src/core/units.ts';
import { openDatabase } from '../src/store/database.ts';
import type { Bench, Options, Outcome } from './bench.ts';
import { startBenchRedis } from './bench-redis.ts';
import { logKeys, PARTITIONS } from './flow/keys.ts';
import { type HouseProcess, startHouse } from './house-process.ts';
import { HistoryObserver } from './latency/history-observer.ts';
import { leadTraffic } from './lead-traffic.ts';
import { median } from './quantile.ts';
import { sumOf } from './soak/metrics-text.ts';
import { number, table } from './table.ts';

/** Between two looks at the memory. */
const LOOK = 10 * SECOND;
/** How long what waits may take at the end. */
const PATIENCE = 2 * MINUTE;
/** Seconds that every statement of the history takes longer in the slow third. */
const SLOW = 0.5;

interface Look {
  /** Since the events began to come, 0..1. */
  readonly at: number;
  readonly houseBytes: number;
  readonly redisBytes: number;
  readonly series: number;
  readonly lag: number;
  readonly historyLag: number;
}

async function run(options: Options): Promise<Outcome> {
  const { rate, minutes, leads, watchers, seed } = options as Record<
    'rate' | 'minutes' | 'leads' | 'watchers' | 'seed',
    number
  >;
  const span = minutes * MINUTE;
  const events = Math.round((rate * span) / SECOND);
  const [server, history] = await Promise.all([startBenchRedis(), HistoryObserver.open()]);
  const looks: Look[] = [];
  try {
    const house = await startHouse(server.path, 'live', history.url);
    const hung = watchingNothing(house.url, watchers);
    try {
      const begun = performance.now();
      const progress = () => Math.min(1, (performance.now() - begun) / span);
      const looking = lookOn(house, server.redis.info.bind(server.redis, 'memory'), progress, looks);
      const slowing = slowThird(history.url, progress);
      const early = sleep(span / 6).then(() => house.liveHeap());
      let sent = 0;
      for (const { lead, text } of leadTraffic({ events, leads, seed, start: Date.now(), span })) {
        const due = begun + (sent * SECOND) / rate;
        const left = due - performance.now();
        if (left > 0) await sleep(left);
        const { used } = logKeys(partitionOf(lead, PARTITIONS));
        void server.redis.xadd(used, '*', 'd', text);
        sent += 1;
      }
      await Promise.all([slowing, looking]);
      const text = await drained(house.url, events);
      const stored = await storedRows(history.url);
      const live = [await early, await house.liveHeap()] as const;
      return outcome({ events, looks, live, stored, applied: sumOf(text, 'weir_events_applied_total') });
    } finally {
      for (const request of hung) request.destroy();
      await house.stop();
    }
  } finally {
    await Promise.all([server.stop(), history.close()]);
  }
}

/** Asks for everything that is decided, and takes none of it. */
function watchingNothing(url: string, count: number) {
  return Array.from({ length: count }, () =>
    get(`${url}/v1/stream`, (answer) => answer.pause()).on('error', () => undefined),
  );
}

async function lookOn(
  house: HouseProcess,
  memory: () => Promise<string>,
  progress: () => number,
  looks: Look[],
): Promise<void> {
  for (let next = performance.now(); progress() < 1; next += LOOK) {
    await sleep(Math.max(0, next - performance.now()));
    const [status, info, text] = await Promise.all([
      readFile(`/proc/${house.pid}/status`, 'utf8'),
      memory(),
      (await fetch(`${house.url}/metrics`)).text(),
    ]);
    const look = {
      at: progress(),
      houseBytes: 1024 * Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]),
      redisBytes: Number(/used_memory:(\d+)/.exec(info)?.[1]),
      series: text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
      lag: sumOf(text, 'weir_stream_lag_events'),
      historyLag: sumOf(text, 'weir_history_lag_entries'),
    };
    looks.push(look);
    if (looks.length % 6 === 0)
      process.stdout.write(
        `  ${number(100 * look.at)} %: ${number(look.houseBytes / 2 ** 20)} MiB, Redis ${number(look.redisBytes / 2 ** 20)} MiB, ${look.series} series, ${look.lag} events and ${look.historyLag} rows wait\n`,
      );
  }
}

/** From a third to two thirds of the time every statement that writes events takes longer. */
async function slowThird(url: string, progress: () => number): Promise<void> {
  const until = async (share: number) => {
    while (progress() < share) await sleep(SECOND);
  };
  const database = openDatabase(url);
  const ask = (what: string, query: ReturnType<typeof sql>) =>
    database.askAs('migrate', what, (db) => query.execute(db));
  await until(1 / 3);
  await ask(
    'making it slow',
    sql`create function take_long() returns trigger language plpgsql as
      ${sql.raw(`'begin perform pg_sleep(${SLOW}); return null; end'`)}`,
  );
  await ask(
    'making it slow',
    sql`create trigger take_long after insert on events execute function take_long()`,
  );
  await until(2 / 3);
  await ask('making it quick again', sql`drop trigger take_long on events`);
  await database.close();
}

/** The metrics once every event was applied and every row written, or nothing has come for long enough. */
async function drained(url: string, events: number): Promise<string> {
  for (const end = performance.now() + PATIENCE; ; await sleep(SECOND / 2)) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const waits = sumOf(text, 'weir_stream_lag_events') + sumOf(text, 'weir_history_lag_entries');
    if ((sumOf(text, 'weir_events_applied_total') >= events && waits === 0) || performance.now() > end)
      return text;
  }
}

async function storedRows(url: string): Promise<number> {
  const database = openDatabase(url);
  const rows = await database.read('counting rows', async (db) => {
    const found = await sql<{ count: number }>`
      select count(*)::float8 as count from events where event_id is not null`.execute(db);
    return found.rows[0]?.count ?? 0;
  });
  await database.close();
  return rows;
}

/** By how much the memory of the last third may differ from that of the first. */
const FLAT = 0.1;

interface Measurements {
  readonly events: number;
  readonly applied: number;
  readonly stored: number;
  readonly looks: readonly Look[];
  /** After a collection: after a sixth of the time, and at the end. */
  readonly live: readonly [number, number];
}

function outcome({ events, applied, stored, looks, live }: Measurements): Outcome {
  // the first sixth fills caches and the heap
  const thirds = [1 / 6, 1 / 3, 2 / 3].map((from, i) =>
    looks.filter(({ at }) => at >= from && at < ([1 / 3, 2 / 3, 1][i] as number)),
  );
  const of = (field: keyof Look) => thirds.map((some) => median(some.map((look) => look[field])));
  const most = (field: keyof Look) => thirds.map((some) => Math.max(0, ...some.map((look) => look[field])));
  const mebi = (values: readonly number[]) => values.map((value) => number(value / 2 ** 20));
  const house = of('houseBytes');
  const ratio = (house[2] as number) / (house[0] as number);
  const exact = applied === events && stored === events;
  const flat = Math.abs(ratio - 1) <= FLAT;
  return {
    table: `${number(events)} events, ${number(applied)} applied, ${number(stored)} in Postgres; memory is ${flat ? '' : 'not '}flat\n${table(
      [
        ['', 'at first', 'Postgres slow', 'afterwards'],
        ['memory of the house, MiB', ...mebi(house)],
        ['its heap after a collection, MiB', number(live[0] / 2 ** 20), '', number(live[1] / 2 ** 20)],
        ['memory of Redis, MiB', ...mebi(of('redisBytes'))],
        ['series', ...of('series').map((value) => number(value))],
        ['events waiting, at most', ...most('lag').map((value) => number(value))],
        ['rows waiting, at most', ...most('historyLag').map((value) => number(value))],
      ],
    )}`,
    exact,
    chart: {
      title: 'soak: memory of the house, MiB',
      bars: ['at first', 'Postgres slow', 'afterwards'].map((label, i) => ({
        label,
        value: (house[i] as number) / 2 ** 20,
      })),
    },
    figures: {
      events,
      house_bytes: house[2],
      memory_ratio: ratio,
      flat,
      live_heap_bytes: live[1],
      live_heap_ratio: live[1] / live[0],
      series: of('series')[2],
      most_waiting: Math.max(...most('lag')),
      most_rows_waiting: Math.max(...most('historyLag')),
      exact,
    },
  };
}

export const soak: Bench = {
  about: 'memory over a long time, with a slow Postgres and watchers who never read',
  defaults: { rate: 300, minutes: 5, leads: 5_000, watchers: 5, seed: 1 },
  run,
};
