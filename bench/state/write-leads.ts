/** Writes leads as a house would have left them: some lives are told event by event, the others are their like. */

import type { Redis } from 'ioredis';
import { readConfig } from '../../src/cli/read-config.ts';
import { partitionKeys, partitionOf } from '../../src/core/partition.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import type { Plan } from '../../src/rules/plan.ts';
import { decode } from '../../src/step/decode.ts';
import { type Changes, PartitionState } from '../../src/step/partition-state.ts';
import { step } from '../../src/step/step.ts';
import { PARTITIONS } from '../flow/keys.ts';
import { CONFIG } from '../house-options.ts';
import { leadTraffic } from '../lead-traffic.ts';

export interface LeadsOptions {
  readonly leads: number;
  /** How many of them are told event by event. */
  readonly told: number;
  readonly seed: number;
  /** Folder of the rules, where they are not the shipped ones. */
  readonly config?: string;
}

/** Everything durable about one lead. */
interface Told {
  readonly record: string;
  readonly due: number | null;
  /** Rule → its last decision. */
  readonly decided: ReadonlyMap<string, string>;
}

/** Returns the id of one of the leads. */
export async function writeLeads(redis: Redis, options: LeadsOptions): Promise<string> {
  const loaded = loadRuleSet(readConfig(options.config ?? CONFIG));
  if (!loaded.ok) throw new Error('the rules have problems; run the check verb');
  const { plan } = loaded;
  const { leads, time } = tell(plan, options);
  const counts = new Array<number>(PARTITIONS).fill(0);
  let pipeline = redis.pipeline();
  let first = '';
  for (let n = 0; n < options.leads; n++) {
    const lead = leads[n % leads.length] as Told;
    const id = String(1_000_000 + n);
    if (n === 0) first = id;
    const partition = partitionOf(id, PARTITIONS);
    counts[partition] = (counts[partition] as number) + 1;
    const keys = partitionKeys(partition, PARTITIONS);
    pipeline.hset(keys.state, `lead:${id}`, lead.record);
    if (lead.due !== null) pipeline.zadd(keys.timers, lead.due, `lead:${id}`);
    const decided = [...lead.decided].flatMap(([rule, text]) => [`lead:${id}#${rule}`, text]);
    if (decided.length > 0) pipeline.hset(keys.decided, ...decided);
    if (n % 1000 === 999) {
      await pipeline.exec();
      pipeline = redis.pipeline();
    }
  }
  await pipeline.exec();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const state = new PartitionState(partition, plan);
    state.restoreHead({
      time,
      seq: 0,
      rules: plan.hash,
      ids: undefined,
      entities: { lead: counts[partition] as number },
    });
    const position = { entry: '0-0', commit: 1, entries: 0, incarnation: 1, head: state.head() };
    await redis.hset(partitionKeys(partition, PARTITIONS).position, position);
  }
  const layouts = plan.kinds.flatMap((kind) => [kind.layout.id, JSON.stringify(kind.layout)]);
  await redis.hset('weir:layouts', ...layouts);
  return first;
}

/** Lets a week of events happen to some leads in one partition without Redis. */
function tell(plan: Plan, { told, seed }: LeadsOptions): { leads: Told[]; time: number } {
  const state = new PartitionState(0, plan, { incarnation: 1 });
  state.rules = plan.hash;
  let n = 0;
  for (const { text } of leadTraffic({ events: told * 10, leads: told, seed })) {
    n += 1;
    const entry = { id: `${n}-0`, d: text };
    for (const item of decode(entry, plan.events, { clock: 'log' })) step(state, entry, item);
  }
  const { states, timers, out }: Changes = state.collect();
  const dues = new Map(timers);
  const decisions = new Map<string, Map<string, string>>();
  for (const [text, key] of out) {
    const [lead, rule] = (key ?? '').split('#') as [string, string];
    const ofLead = decisions.get(lead) ?? new Map<string, string>();
    if (key !== null) decisions.set(lead, ofLead.set(rule, text));
  }
  const leads = states.flatMap(([key, record]) =>
    record === null ? [] : [{ record, due: dues.get(key) ?? null, decided: decisions.get(key) ?? new Map() }],
  );
  return { leads, time: state.streamTime };
}
