/** state: what a lead costs in memory, in Node and in Redis, and how soon a house serves again with all of them. */

import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { partitionKeys, partitionOf } from '../src/core/partition.ts';
import type { Bench, Options, Outcome } from './bench.ts';
import { type BenchRedis, startBenchRedis } from './bench-redis.ts';
import { runChild } from './child.ts';
import { PARTITIONS } from './flow/keys.ts';
import { startHouse } from './house-process.ts';
import type { LoadAnswer, LoadJob } from './state/load-all.ts';
import { writeLeads } from './state/write-leads.ts';
import { number, table } from './table.ts';

const LOAD_ALL = fileURLToPath(new URL('state/load-all.ts', import.meta.url));

async function run(options: Options): Promise<Outcome> {
  const { leads, told, seed } = options as Record<'leads' | 'told' | 'seed', number>;
  const server = await startBenchRedis();
  try {
    const before = await usedMemory(server);
    const example = await writeLeads(server.redis, { leads, told: Math.min(told, leads), seed });
    const redisBytes = ((await usedMemory(server)) - before) / leads;
    process.stderr.write(`  ${leads} leads are in Redis\n`);
    const loaded = await runChild<LoadJob, LoadAnswer>(LOAD_ALL, { path: server.path }, ['--expose-gc']);
    const firstDecision = await firstDecisionSeconds(server, example);
    const exact = loaded.leads === leads;
    const rows = [
      ['', 'of one lead', 'of all'],
      [
        'memory of Node, all leads touched',
        `${number(loaded.bytesPerLead)} B`,
        `${number((loaded.bytesPerLead * leads) / 1e6)} MB`,
      ],
      [
        `one of the ${number(loaded.inMemory)} kept in memory`,
        `${number(loaded.bytesPerLeadInMemory)} B`,
        '',
      ],
      ['the same facts as plain objects in a Map', `${number(loaded.plainBytesPerLead)} B`, ''],
      ['memory of Redis', `${number(redisBytes)} B`, `${number((redisBytes * leads) / 1e6)} MB`],
      [
        'touching each one once',
        `${number((loaded.seconds / leads) * 1e6, 1)} µs`,
        `${number(loaded.seconds, 2)} s`,
      ],
      ['longest pause meanwhile', '', `${number(loaded.worstPauseMs, 1)} ms`],
      ['(a full garbage collection all at once)', '', `${number(loaded.fullCollectionMs, 1)} ms`],
      ['start of a house to its first decision', '', `${number(firstDecision, 2)} s`],
    ];
    return {
      table: `${number(leads)} leads, each after about ten events\n${table(rows)}`,
      exact,
      figures: {
        leads,
        node_bytes_per_lead: loaded.bytesPerLead,
        plain_map_bytes_per_lead: loaded.plainBytesPerLead,
        redis_bytes_per_lead: redisBytes,
        leads_in_memory: loaded.inMemory,
        bytes_per_lead_in_memory: loaded.bytesPerLeadInMemory,
        restore_seconds: firstDecision,
        touch_all_seconds: loaded.seconds,
        worst_pause_ms: loaded.worstPauseMs,
        full_gc_ms: loaded.fullCollectionMs,
        exact,
      },
    };
  } finally {
    await server.stop();
  }
}

async function usedMemory({ redis }: BenchRedis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1] ?? Number.NaN);
}

/** A house starts on all the state while an event waits that is worth a decision. */
async function firstDecisionSeconds({ redis, path }: BenchRedis, lead: string): Promise<number> {
  const keys = partitionKeys(partitionOf(lead, PARTITIONS), PARTITIONS);
  const event = { type: 'referral.validated', data: { lead_id: lead, referral_id: 'the-first' } };
  await redis.xadd(keys.in, '*', 'd', JSON.stringify(event));
  const begun = performance.now();
  const house = startHouse(path, 'log');
  while ((await redis.xlen(keys.out)) === 0) await sleep(5);
  const seconds = (performance.now() - begun) / 1000;
  await (await house).stop();
  return seconds;
}

export const state: Bench = {
  about: 'memory of a lead in Node and in Redis, and loading all of them again',
  defaults: { leads: 100_000, told: 2_000, seed: 1 },
  run,
};
