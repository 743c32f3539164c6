/** Leads from a thousand up: the same events about more and more of them, through the whole house. */

import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import { readConfig } from '../../src/cli/read-config.ts';
import { partitionKeys, partitionOf } from '../../src/core/partition.ts';
import { seededRng } from '../../src/core/random.ts';
import { DAY } from '../../src/core/units.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import type { Plan } from '../../src/rules/plan.ts';
import { decodeEntity } from '../../src/step/record.ts';
import { startBenchRedis } from '../bench-redis.ts';
import { runChild } from '../child.ts';
import { PARTITIONS } from '../flow/keys.ts';
import type { HouseAnswer, HouseJob } from '../house-worker.ts';
import { TRAFFIC_START } from '../lead-traffic.ts';
import { writeLeads } from '../state/write-leads.ts';

const CONFIG = fileURLToPath(new URL('config', import.meta.url));
const WORKER = fileURLToPath(new URL('../house-worker.ts', import.meta.url));
const TOLD = 500;
const FIRST = 1_000_000;
/** After the week that `writeLeads` tells. */
const START = TRAFFIC_START + 7 * DAY;

export interface GrowthResult {
  /** CPU of the house and of Redis. */
  readonly microsPerEvent: number;
  readonly exact: boolean;
}

export async function leadGrowth(leads: number, events: number, seed: number): Promise<GrowthResult> {
  const server = await startBenchRedis();
  const { redis, path } = server;
  try {
    await writeLeads(redis, { leads, told: Math.min(TOLD, leads), seed, config: CONFIG });
    const loaded = loadRuleSet(readConfig(CONFIG));
    if (!loaded.ok) throw new Error('the rules of growth have problems; run the check verb on them');
    const touched = await fill(redis, leads, events, seed);
    const before = await opensOf(redis, loaded.plan, [...touched.keys()]);
    const logs = Array.from({ length: PARTITIONS }, (_, partition) => ({
      from: waiting(partition),
      to: partitionKeys(partition, PARTITIONS).in,
    }));
    const job: HouseJob = { path, config: CONFIG, events, logs, end: START + DAY };
    const answer = await runChild<HouseJob, HouseAnswer>(WORKER, job);
    const after = await opensOf(redis, loaded.plan, [...touched.keys()]);
    const wrong = [...touched].filter(([id, more]) => after.get(id) !== (before.get(id) as number) + more);
    if (wrong.length > 0) process.stderr.write(`  ${wrong.length} of ${touched.size} leads are wrong\n`);
    return {
      microsPerEvent: ((answer.cpuSeconds + answer.redisCpuSeconds) / events) * 1e6,
      exact: wrong.length === 0 && answer.counts.applied === events,
    };
  } finally {
    await server.stop();
  }
}

function waiting(partition: number): string {
  return partitionKeys(partition, PARTITIONS, 'bench').in;
}

/** Events about leads drawn evenly; says how many each of them gets. */
async function fill(redis: Redis, leads: number, events: number, seed: number): Promise<Map<string, number>> {
  const rng = seededRng(seed);
  const touched = new Map<string, number>();
  let pipeline = redis.pipeline();
  for (let partition = 0; partition < PARTITIONS; partition++)
    pipeline.xgroup('CREATE', waiting(partition), 'weir', '0-0', 'MKSTREAM');
  for (let n = 0; n < events; n++) {
    const id = String(FIRST + Math.floor(rng() * leads));
    touched.set(id, (touched.get(id) ?? 0) + 1);
    const data = { lead_id: id, content_id: `c${n % 100}`, content_type: 'guide' };
    const event = { id: `growth-${n}`, type: 'content.opened', time: START + n, data };
    pipeline.xadd(waiting(partitionOf(id, PARTITIONS)), '*', 'd', JSON.stringify(event));
    if (pipeline.length < 1000) continue;
    await pipeline.exec();
    pipeline = redis.pipeline();
  }
  await pipeline.exec();
  return touched;
}

/** What the stored records say of `opens`. */
async function opensOf(redis: Redis, plan: Plan, ids: readonly string[]): Promise<Map<string, number>> {
  const layouts = new Map(plan.kinds.map((kind) => [kind.layout.id, kind.layout]));
  const opens = new Map<string, number>();
  for (let i = 0; i < ids.length; i += 1000) {
    const pipeline = redis.pipeline();
    const some = ids.slice(i, i + 1000);
    for (const id of some)
      pipeline.hget(partitionKeys(partitionOf(id, PARTITIONS), PARTITIONS).state, `lead:${id}`);
    const records = (await pipeline.exec()) ?? [];
    records.forEach(([, record], at) => {
      const id = some[at] as string;
      const entity = decodeEntity(plan, `lead:${id}`, record as string, layouts, START);
      opens.set(id, entity.slots[entity.kind.slotOf.get('opens') as number] as number);
    });
  }
  return opens;
}
