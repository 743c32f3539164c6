/** latency: from the moment an event was due to its decision in the outbox, to its lead over HTTP, and to its row in Postgres. */

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Options, Outcome } from './bench.ts';
import { startBenchRedis } from './bench-redis.ts';
import { CONFIG } from './house-options.ts';
import { startHouse } from './house-process.ts';
import { HistoryObserver } from './latency/history-observer.ts';
import { HttpSample } from './latency/http-sample.ts';
import { LimitsSample } from './latency/limits-sample.ts';
import { OutboxObserver } from './latency/outbox-observer.ts';
import { reloadUnderLoad, secondsFor } from './latency/reloads.ts';
import { LISTS, requestTimes } from './latency/request-sample.ts';
import { leadsOfTraffic, sendOnSchedule } from './latency/schedule.ts';
import { median, quantile } from './quantile.ts';
import { number, table } from './table.ts';

async function run(options: Options): Promise<Outcome> {
  const { rate, seconds, warmup, samples, requests, leads, reloads, seed } = options as Record<
    'rate' | 'seconds' | 'warmup' | 'samples' | 'requests' | 'leads' | 'reloads' | 'seed',
    number
  >;
  const [server, history] = await Promise.all([startBenchRedis(), HistoryObserver.open()]);
  const config = await mkdtemp(join(tmpdir(), 'weir-bench-rules-'));
  try {
    await cp(CONFIG, config, { recursive: true });
    await history.keepLeads(leads, seed);
    const house = await startHouse(server.path, 'live', history.url, config);
    try {
      const total = warmup + seconds + secondsFor(reloads);
      const observer = new OutboxObserver(server.path);
      const http = new HttpSample(server.redis, house.url, observer);
      const observed = observer.run();
      const limits = new LimitsSample(server.redis, house.url);
      await limits.prepare();
      const questioned = limits.run({ perSecond: 4 * samples, from: warmup, until: warmup + seconds });
      const sampled = http.run({ perSecond: samples, from: warmup, until: warmup + seconds });
      const expect = (event: string, due: number) => {
        observer.expect(event, due);
        history.expect(event, due);
      };
      const asking = requestTimes({
        url: house.url,
        perSecond: requests,
        from: warmup,
        until: warmup + seconds,
        reads: leadsOfTraffic(rate * warmup, rate * total, seed).map((lead) => `/v1/leads/${lead}`),
        lists: LISTS,
      });
      let isOver = false;
      const reloading = sleep((warmup + seconds) * 1000)
        .then(() => reloadUnderLoad(house, observer, config, reloads))
        .finally(() => {
          isOver = true;
        });
      // heard of at the end
      for (const running of [asking, reloading]) running.catch(() => undefined);
      const sent = await sendOnSchedule(
        server.redis,
        { expect },
        {
          rate,
          seconds: total,
          isOver: () => isOver,
          warmup,
          observed: seconds,
          seed,
        },
      );
      await Promise.all([sampled, questioned]);
      const { reads, lists, failed } = await asking;
      const { pauses, usual, took } = await reloading;
      await observer.finish();
      await observed;
      await history.finish();
      const applied = await appliedEvents(house.url);
      const { latencies: commits } = observer;
      const { latencies: https } = http;
      const expected = sent.events + https.length + limits.sent;
      const asked = limits.latencies;
      const { latencies: stored, missing } = history;
      return outcome({
        rate,
        applied,
        expected,
        sent,
        commits,
        https,
        asked,
        stored,
        missing,
        ...{ reads, lists, failed, pauses, usual, took },
        behind: sent.behind,
      });
    } finally {
      await house.stop();
    }
  } finally {
    await Promise.all([server.stop(), history.close(), rm(config, { recursive: true, force: true })]);
  }
}

/** Events the house says it applied: each one that was sent, once. */
async function appliedEvents(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const values = metrics.matchAll(/^weir_events_applied_total\{[^}]*\} (\d+)$/gm);
  return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
}

interface Measurements {
  readonly rate: number;
  readonly applied: number;
  readonly expected: number;
  readonly sent: { readonly eventsPerSecond: number };
  readonly commits: readonly number[];
  readonly https: readonly number[];
  /** Questions about limits. */
  readonly asked: readonly number[];
  readonly stored: readonly number[];
  /** Events without a row. */
  readonly missing: number;
  /** Of state, and of the history. */
  readonly reads: readonly number[];
  readonly lists: readonly number[];
  readonly failed: Readonly<Record<string, number>>;
  readonly pauses: readonly number[];
  readonly usual: readonly number[];
  readonly took: readonly number[];
  readonly behind: readonly number[];
}

function outcome(measured: Measurements): Outcome {
  const { rate, applied, expected, sent, commits, https, asked, stored, missing, behind } = measured;
  const { reads, lists, failed, pauses, usual, took } = measured;
  const failures = Object.values(failed).reduce((sum, count) => sum + count, 0);
  const exact = applied === expected && missing === 0;
  const row = (title: string, values: readonly number[]) => [
    title,
    number(values.length),
    ...[median(values), quantile(values, 0.99), quantile(values, 1)].map((value) => number(value, 1)),
  ];
  const rows = [
    ['', 'measured', 'p50 ms', 'p99 ms', 'max ms'],
    row('due → decision in the outbox', commits),
    row('due → its lead over HTTP', https),
    row('due → row in Postgres', stored),
    row('due → limits of a campaign', asked),
    row('due → a lead, read from its state', reads),
    row('due → fifty of all leads, listed', lists),
    row('no decision at all, around a reload', pauses),
    row('(the same without a reload)', usual),
    row('reload → in every log', took),
    row('(due → sent, of this program)', behind),
  ];
  return {
    table: `${number(rate)} events/s on a schedule, counted from when each was due; ${number(sent.eventsPerSecond)} were sent, ${number(applied)} of ${number(expected)} events applied, ${number(missing)} without a row, ${number(failures)} requests without an answer${failures === 0 ? '' : ` (${Object.keys(failed).join(', ')})`}\n${table(rows)}`,
    exact,
    chart: {
      title: `latency at ${number(rate)} events a second: p99, ms`,
      bars: [
        { label: 'decision in the outbox', value: quantile(commits, 0.99) },
        { label: 'its lead over HTTP', value: quantile(https, 0.99) },
        { label: 'row in Postgres', value: quantile(stored, 0.99) },
        { label: 'limits of a campaign', value: quantile(asked, 0.99) },
        { label: 'a lead from its state', value: quantile(reads, 0.99) },
        { label: 'a list of fifty', value: quantile(lists, 0.99) },
      ],
    },
    figures: {
      commit_p50_ms: median(commits),
      commit_p99_ms: quantile(commits, 0.99),
      http_p50_ms: median(https),
      http_p99_ms: quantile(https, 0.99),
      history_p50_ms: median(stored),
      history_p99_ms: quantile(stored, 0.99),
      read_p50_ms: median(reads),
      read_p99_ms: quantile(reads, 0.99),
      requests_failed: failures,
      list_p50_ms: median(lists),
      list_p99_ms: quantile(lists, 0.99),
      limits_p99_ms: quantile(asked, 0.99),
      reload_pause_ms: Math.max(...pauses),
      usual_pause_ms: Math.max(...usual),
      reload_ms: median(took),
      sent_p99_ms: quantile(behind, 0.99),
      events_per_second: sent.eventsPerSecond,
      exact,
    },
  };
}

export const latency: Bench = {
  about: 'how soon an event is committed and visible at a steady rate',
  defaults: {
    ...{ rate: 2_000, seconds: 20, warmup: 10, samples: 5, requests: 200 },
    ...{ leads: 100_000, reloads: 3, seed: 1 },
  },
  run,
};
