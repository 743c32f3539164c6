/** flow: events a second through the whole house, beside what other consumers of the same events reach. */

import type { Bench, Options, Outcome } from './bench.ts';
import { startBenchRedis } from './bench-redis.ts';
import { fill } from './flow/fill.ts';
import { Rounds } from './flow/rounds.ts';
import { summary } from './flow/summary.ts';

async function run(options: Options): Promise<Outcome> {
  const { events, leads, seed, packing, short, rounds } = options as Record<string, number>;
  const server = await startBenchRedis();
  try {
    const traffic = { events, leads, seed, packing, short } as Parameters<typeof fill>[1];
    const bytes = await fill(server.redis, traffic);
    process.stderr.write(`  ${events} events of ${Math.round(bytes)} bytes are in the logs\n`);
    const running = new Rounds(server, traffic);
    for (let round = 1; round <= (rounds as number); round++) await running.next(round);
    return summary({ ...traffic, bytes }, running.results);
  } finally {
    await server.stop();
  }
}

export const flow: Bench = {
  about: 'events through the whole house, beside other consumers of the same events',
  defaults: { events: 200_000, leads: 20_000, packing: 1, short: 5_000, rounds: 5, seed: 1 },
  run,
};
