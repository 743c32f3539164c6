/** An independent recount of the events by lead, and the same numbers as weir's stored records give them. */

import type { Redis } from 'ioredis';
import { partitionKeys } from '../../src/core/partition.ts';
import type { Layout, Plan } from '../../src/rules/plan.ts';
import type { Head } from '../../src/step/partition-state.ts';
import { decodeEntity } from '../../src/step/record.ts';
import { PARTITIONS } from './keys.ts';

/** Features without a window that has passed: what a week of events must give whatever the order. */
const COMPARED = [
  'status',
  'base_score',
  'contents_sent',
  'completions',
  'consumed',
  'activity_90d',
  'referrals',
] as const;
type Compared = Readonly<Record<(typeof COMPARED)[number], unknown>>;

interface Seen {
  status: unknown;
  base_score: unknown;
  readonly sent: Set<unknown>;
  readonly completed: Set<unknown>;
  readonly consumed: Set<unknown>;
  activity: number;
  referrals: number;
}

const ACTIVE = new Set(['content.opened', 'content.completed', 'referral.created']);

/** What each lead's features must be, by a plain count of the events. */
export function recount(texts: Iterable<{ readonly text: string }>): Map<string, Compared> {
  const leads = new Map<string, Seen>();
  for (const { text } of texts) {
    const { type, data } = JSON.parse(text) as { type: string; data: Record<string, unknown> };
    const id = String(data.lead_id);
    let seen = leads.get(id);
    if (!seen) {
      seen = {
        status: 'new',
        base_score: 0,
        sent: new Set(),
        completed: new Set(),
        consumed: new Set(),
        activity: 0,
        referrals: 0,
      };
      leads.set(id, seen);
    }
    if (data.status !== undefined) seen.status = data.status;
    if (data.base_score !== undefined) seen.base_score = data.base_score;
    if ((type === 'content.sent' || type === 'email.sent') && data.content_id !== undefined)
      seen.sent.add(data.content_id);
    if (type === 'content.completed') seen.completed.add(data.content_id);
    if (type === 'content.opened' || type === 'content.completed') seen.consumed.add(data.content_id);
    if (ACTIVE.has(type)) seen.activity += 1;
    if (type === 'referral.validated') seen.referrals += 1;
  }
  return new Map([...leads].map(([id, seen]) => [id, comparedOf(seen)]));
}

function comparedOf({ status, base_score, sent, completed, consumed, activity, referrals }: Seen): Compared {
  return {
    status,
    base_score,
    contents_sent: sent.size,
    completions: completed.size,
    consumed: consumed.size,
    activity_90d: activity,
    referrals,
  };
}

export interface StoredCheck {
  readonly leads: number;
  /** Leads that are missing, too many, or have a feature that differs. */
  readonly wrongLeads: number;
  readonly firstWrong: string | undefined;
  /** Decisions in the outboxes, and those numbered by the partitions: each number must be there once. */
  readonly decisions: number;
  readonly numbered: number;
}

/** Holds the records in Redis against the recount. */
export async function checkStored(
  redis: Redis,
  plan: Plan,
  expected: ReadonlyMap<string, Compared>,
): Promise<StoredCheck> {
  const stored = await redis.hgetall('weir:layouts');
  const layouts = new Map(Object.entries(stored).map(([id, text]) => [id, JSON.parse(text) as Layout]));
  let leads = 0;
  let firstWrong: string | undefined;
  let right = 0;
  let decisions = 0;
  let numbered = 0;
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const keys = partitionKeys(partition, PARTITIONS);
    const head = JSON.parse((await redis.hget(keys.position, 'head')) ?? '{"seq":0,"time":0}') as Head;
    decisions += await countDecisions(redis, keys.out);
    numbered += head.seq;
    for await (const [key, record] of fieldsOf(redis, keys.state)) {
      if (!key.startsWith('lead:')) continue;
      leads += 1;
      const entity = decodeEntity(plan, key, record, layouts, head.time);
      const wanted = expected.get(entity.id);
      const wrong = COMPARED.find(
        (name) => entity.slots[entity.kind.slotOf.get(name) as number] !== wanted?.[name],
      );
      if (wrong === undefined) right += 1;
      else
        firstWrong ??= `${key}: ${wrong} is ${entity.slots[entity.kind.slotOf.get(wrong) as number]}, must be ${wanted?.[wrong]}`;
    }
  }
  return { leads, wrongLeads: Math.max(expected.size, leads) - right, firstWrong, decisions, numbered };
}

async function* fieldsOf(redis: Redis, key: string): AsyncGenerator<[field: string, value: string]> {
  const seen = new Set<string>();
  for (let cursor = '0'; ; ) {
    const [next, flat] = await redis.hscan(key, cursor, 'COUNT', 500);
    for (let i = 0; i < flat.length; i += 2) {
      const field = flat[i] as string;
      // a scan may show a field twice
      if (seen.has(field)) continue;
      seen.add(field);
      yield [field, flat[i + 1] as string];
    }
    if (next === '0') return;
    cursor = next;
  }
}

/** The elements of an outbox that are decisions; the others are mail between partitions. */
async function countDecisions(redis: Redis, out: string): Promise<number> {
  let count = 0;
  for (let after = '-'; ; ) {
    const page = await redis.xrange(out, after, '+', 'COUNT', 2_000);
    count += page.filter(([, [name]]) => name === 'd').length;
    if (page.length < 2_000) return count;
    after = `(${(page.at(-1) as [string, string[]])[0]}`;
  }
}
