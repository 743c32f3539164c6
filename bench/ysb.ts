/** ysb: the Yahoo Streaming Benchmark, views by campaign and window of ten seconds, every window recounted. */

import type { Bench, Options, Outcome } from './bench.ts';
import { type BenchRedis, startBenchRedis } from './bench-redis.ts';
import { perSecond } from './measure.ts';
import { median, quantile } from './quantile.ts';
import { number, table } from './table.ts';
import { adWorld } from './ysb/ad-events.ts';
import { CatchUp, type CatchUpResult } from './ysb/catch-up.ts';
import type { Filled } from './ysb/fill.ts';
import { type RateResult, runRate } from './ysb/rate.ts';
import { storeCampaigns } from './ysb/side-table.ts';

async function run(options: Options): Promise<Outcome> {
  const { events, seed, packing, rounds, rate, seconds } = options as Record<string, number> & Settings;
  const server: BenchRedis = await startBenchRedis();
  try {
    const world = adWorld(seed);
    await storeCampaigns(server.redis, world.campaignOf);
    const catchUp = new CatchUp(server, world, { events, seed }, packing > 1 ? [1, packing] : [1]);
    await catchUp.fill();
    for (let round = 1; round <= rounds; round++) await catchUp.next(round);
    const rated = rate > 0 ? await runRate(server, world, { rate, seconds, seed }) : undefined;
    return summary(catchUp, rated, rate);
  } finally {
    await server.stop();
  }
}

interface Settings {
  readonly events: number;
  readonly seed: number;
  readonly packing: number;
  readonly rounds: number;
  readonly rate: number;
  readonly seconds: number;
}

function summary(catchUp: CatchUp, rated: RateResult | undefined, rate: number): Outcome {
  const { joined, misses, bytes } = catchUp.filled as Filled;
  const of = (results: readonly CatchUpResult[], measure: (result: CatchUpResult) => number) =>
    median(results.map(measure));
  const perCpu = ({ events, cpuSeconds }: CatchUpResult) => events / cpuSeconds;
  const perRedisCpu = ({ events, redisCpuSeconds }: CatchUpResult) => events / redisCpuSeconds;
  const rows = [...catchUp.results].map(([packing, results]) => [
    `${packing} an entry`,
    number(of(results, perSecond)),
    number(of(results, perCpu)),
    number(of(results, perRedisCpu)),
  ]);
  const all = [...catchUp.results.values()];
  const single = all[0] as CatchUpResult[];
  const packed = all[1];
  const wrong = all.flat().reduce((sum, result) => sum + result.wrong, 0) + (rated?.wrong ?? 0);
  const exact = wrong === 0 && all.flat().every((result) => result.exact);
  const late = (share: number) => (rated ? quantile(rated.latencies, share) : Number.NaN);
  const text = [
    `${number(joined)} events of ${number(bytes)} bytes, ${number(catchUp.windows)} windows; ${misses} events about unknown ads were dropped at the join; ${single.length} rounds, medians`,
    table([['catch-up', 'events/s', 'per CPU second', 'per CPU second of Redis'], ...rows]),
    rated
      ? `${number(rated.sent)} of ${number(rate)} events/s sent for ${number(rated.windows)} windows, the sender at most ${rated.behind} ms behind: from a window's end to its last change p50 ${number(late(0.5))} ms, p99 ${number(late(0.99))} ms, at most ${number(late(1))} ms`
      : 'rate mode was left out',
    `exact: ${exact ? 'every window as recounted' : `NO, ${wrong} windows are wrong`}`,
  ].join('\n');
  return {
    table: text,
    exact,
    chart: {
      title: 'ysb: events by CPU second of the worker',
      bars: [...catchUp.results].map(([packing, results]) => ({
        label: `${packing} an entry`,
        value: of(results, perCpu),
      })),
    },
    figures: {
      events_per_second: of(single, perSecond),
      events_per_cpu_second: of(single, perCpu),
      redis_events_per_cpu_second: of(single, perRedisCpu),
      ...(packed && {
        packed_events_per_second: of(packed, perSecond),
        packed_events_per_cpu_second: of(packed, perCpu),
        redis_packed_events_per_cpu_second: of(packed, perRedisCpu),
        packing: [...catchUp.results.keys()][1],
      }),
      windows: catchUp.windows + (rated?.windows ?? 0),
      wrong_windows: wrong,
      p50_ms: late(0.5),
      p99_ms: late(0.99),
      max_ms: late(1),
      rate,
      sent_per_second: rated?.sent ?? null,
      sender_behind_ms: rated?.behind ?? null,
      events: joined,
      misses,
      event_bytes: bytes,
      rounds: single.length,
      exact,
    },
  };
}

export const ysb: Bench = {
  about: 'views by campaign and window of ten seconds, as the Yahoo Streaming Benchmark counts them',
  defaults: { events: 500_000, packing: 10, rounds: 3, rate: 5_000, seconds: 40, seed: 1 },
  run,
};
