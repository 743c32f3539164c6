/** Touches every lead there is once, as workers do: batch by batch, with the memory a house allows itself; and weighs what stays. */

import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { readConfig } from '../../src/cli/read-config.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import { ENTITIES_IN_MEMORY } from '../../src/processor/processor.ts';
import { connect } from '../../src/processor/redis-connection.ts';
import { RedisRuleLibrary } from '../../src/processor/redis-rule-library.ts';
import { RedisState } from '../../src/processor/redis-state.ts';
import { startState } from '../../src/processor/start-state.ts';
import { breathe } from '../../src/processor/turns.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import type { PartitionState } from '../../src/step/partition-state.ts';
import { openRedis } from '../bench-redis.ts';
import { onJob } from '../child.ts';
import { PARTITIONS } from '../flow/keys.ts';
import { CONFIG } from '../house-options.ts';

export interface LoadJob {
  readonly path: string;
}

export interface LoadAnswer {
  readonly leads: number;
  /** Of them in memory at the end. */
  readonly inMemory: number;
  /** What all of them cost, those included that are not in memory. */
  readonly bytesPerLead: number;
  readonly bytesPerLeadInMemory: number;
  /** The values of the same features as an object a lead in one Map. */
  readonly plainBytesPerLead: number;
  readonly seconds: number;
  /** The longest time the event loop stood still, garbage collection included. */
  readonly worstPauseMs: number;
  readonly fullCollectionMs: number;
}

const PER_LOAD = 1_000;

onJob(async ({ path }: LoadJob): Promise<LoadAnswer> => {
  const loaded = loadRuleSet(readConfig(CONFIG));
  if (!loaded.ok) throw new Error('the shipped rules have problems; run the check verb');
  const connection = connect({ path });
  const rules = new RedisRuleLibrary(connection, loaded.plan);
  const keys = await leadKeys(path);
  let worstCollectionMs = 0;
  const pauses = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) worstCollectionMs = Math.max(worstCollectionMs, duration);
  });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const before = memory();
  pauses.observe({ entryTypes: ['gc'] });
  delay.enable();
  const begun = performance.now();
  const states: Awaited<ReturnType<typeof restore>>[] = [];
  for (const [partition, own] of keys.entries())
    states.push(await restore(connection, rules, partition, own));
  const seconds = (performance.now() - begun) / 1000;
  // observed entries come a turn later
  await new Promise((resolve) => setTimeout(resolve, 50));
  pauses.disconnect();
  delay.disable();
  const worstPauseMs = Math.max(worstCollectionMs, delay.max / 1e6);
  const collected = performance.now();
  globalThis.gc?.();
  const fullCollectionMs = performance.now() - collected;
  const leads = states.reduce((sum, { touched }) => sum + touched, 0);
  const inMemory = states.reduce((sum, { state }) => sum + state.entities.size, 0);
  const bytesPerLead = (memory() - before) / leads;
  const loadedBytes = memory();
  const plain = plainMap(states.map(({ state }) => state));
  for (const { state } of states) {
    state.entities.clear();
    state.timers.clear();
  }
  const plainBytesPerLead = (memory() - before) / plain.size;
  const bytesPerLeadInMemory = (loadedBytes - memory()) / inMemory + plainBytesPerLead;
  await connection.close();
  return {
    leads,
    inMemory,
    bytesPerLead,
    bytesPerLeadInMemory,
    plainBytesPerLead,
    seconds,
    worstPauseMs,
    fullCollectionMs,
  };
});

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

/** Keys of all leads by partition, fetched before anything is weighed. */
async function leadKeys(path: string): Promise<string[][]> {
  const redis = openRedis(path);
  const all: string[][] = [];
  for (let partition = 0; partition < PARTITIONS; partition++)
    all.push(await redis.hkeys(partitionKeys(partition, PARTITIONS).state));
  redis.disconnect();
  return all;
}

/** A worker's start of a session, then a touch of everything instead of what events are about. */
async function restore(
  connection: ReturnType<typeof connect>,
  rules: RedisRuleLibrary,
  partition: number,
  keys: readonly string[],
): Promise<{ state: PartitionState; touched: number }> {
  const state = new RedisState(connection, partitionKeys(partition, PARTITIONS));
  const answer = await state.acquire('bench', `nonce-${partition}`, 60_000);
  if (!answer.ok) throw new Error(`partition ${partition} belongs to ${answer.instance}`);
  const partitionState = await startState(partition, answer.position, { state, rules });
  const limit = Math.ceil(ENTITIES_IN_MEMORY / PARTITIONS);
  let touched = 0;
  for (let i = 0; i < keys.length; i += PER_LOAD) {
    partitionState.evict(limit);
    const slice = keys.slice(i, i + PER_LOAD);
    const records = await state.load(slice);
    for (const [at, key] of slice.entries()) {
      if (at % 64 === 63) await breathe();
      partitionState.admit(key, records[at]);
      if (partitionState.has(key)) touched += 1;
    }
    partitionState.collect();
  }
  await state.release(answer.token);
  return { state: partitionState, touched };
}

function plainMap(states: readonly PartitionState[]): Map<string, Record<string, unknown>> {
  const map = new Map<string, Record<string, unknown>>();
  for (const state of states)
    for (const [key, { kind, slots }] of state.entities) {
      const facts: Record<string, unknown> = {};
      kind.slots.forEach((name, i) => {
        const value = slots[i];
        facts[name] = typeof value === 'object' ? structuredClone(value) : value;
      });
      map.set(key, facts);
    }
  return map;
}
