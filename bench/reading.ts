/** reading: what an entry costs a reader of the log, the own one beside ioredis. */

import { fileURLToPath } from 'node:url';
import type { Bench, Options, Outcome } from './bench.ts';
import { type BenchRedis, startBenchRedis } from './bench-redis.ts';
import { runChild } from './child.ts';
import type { Measured } from './measure.ts';
import { median } from './quantile.ts';
import type { ReadJob } from './reading/read-log.ts';
import { number, table } from './table.ts';
import { adEvents, adWorld } from './ysb/ad-events.ts';

const READ_LOG = fileURLToPath(new URL('reading/read-log.ts', import.meta.url));
const READERS = ['own', 'ioredis'] as const;
const PACKINGS = [1, 10];

async function run(options: Options): Promise<Outcome> {
  const { events, times, rounds, seed } = options as Record<string, number> & Record<'events', number>;
  const server = await startBenchRedis();
  try {
    for (const packing of PACKINGS) await fill(server, events, packing, seed as number);
    const results = new Map<string, number[]>();
    let exact = true;
    for (let round = 0; round < (rounds as number); round++)
      for (const packing of PACKINGS)
        for (const reader of READERS) {
          const key = `log${packing}`;
          const job: ReadJob = { reader, path: server.path, key, count: 2000, times: times as number };
          const read = await runChild<ReadJob, Measured>(READ_LOG, job);
          exact &&= read.events === Math.ceil(events / packing) * (times as number);
          const name = `${reader}, ${packing} an entry`;
          const cost = (read.cpuSeconds / read.events / packing) * 1e6;
          results.set(name, [...(results.get(name) ?? []), cost]);
        }
    return summary(results, exact);
  } finally {
    await server.stop();
  }
}

async function fill({ redis }: BenchRedis, events: number, packing: number, seed: number): Promise<void> {
  const world = adWorld(seed);
  let texts: string[] = [];
  let pipeline = redis.pipeline();
  const close = () => {
    if (texts.length > 0) pipeline.xadd(`log${packing}`, '*', 'd', packing > 1 ? `[${texts}]` : `${texts}`);
    texts = [];
  };
  for (const event of adEvents(world, { events, seed, start: 0, spacing: 10, disorder: false })) {
    texts.push(event.text(event.ad));
    if (texts.length >= packing) close();
    if (pipeline.length < 500) continue;
    await pipeline.exec();
    pipeline = redis.pipeline();
  }
  close();
  await pipeline.exec();
}

function summary(results: ReadonlyMap<string, readonly number[]>, exact: boolean): Outcome {
  const of = (name: string) => median(results.get(name) ?? []);
  const ratios = PACKINGS.map((packing) => {
    const costs = (reader: string) => results.get(`${reader}, ${packing} an entry`) ?? [];
    return median(costs('own').map((own, i) => (costs('ioredis')[i] as number) / own));
  });
  const rows = [...results.keys()].map((name) => [name, number(of(name), 2)]);
  const figures = {
    own_micros: of('own, 1 an entry'),
    ioredis_micros: of('ioredis, 1 an entry'),
    vs_ioredis: ratios[0],
    own_packed_micros: of('own, 10 an entry'),
    ioredis_packed_micros: of('ioredis, 10 an entry'),
    vs_ioredis_packed: ratios[1],
    exact,
  };
  return { table: table([['reader', 'CPU µs/event'], ...rows]), figures, exact };
}

export const reading: Bench = {
  about: 'what an entry costs a reader of the log',
  defaults: { events: 100_000, times: 3, rounds: 5, seed: 1 },
  run,
};
