/** Leads of several sources over all partitions: rules with shared kinds, events, and a plain count of what they give. */

import assert from 'node:assert/strict';
import type { Entry } from '../../src/core/entry.ts';
import { partitionOf } from '../../src/core/partition.ts';
import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../../src/core/units.ts';
import { loadRuleSet } from '../../src/rules/load-rule-set.ts';
import type { Plan } from '../../src/rules/plan.ts';
import type { Random } from '../oracle/random.ts';

export const PARTITIONS = 4;

export const SHARED_FILES = [
  {
    path: 'config/weir.yaml',
    text: `timezone: Europe/Madrid
currency: EUR
partitions: ${PARTITIONS}
entities:
  lead:   { key: lead_id }
  source: { key: source, shared: true }
  all:    { shared: true }
`,
  },
  {
    path: 'config/features/shared.yaml',
    text: `features:
  lead:
    status:       { last: status, on: [lead.created, lead.status_changed], default: new }
    source:       { last: source, on: [lead.created, lead.updated] }
    base_score:   { last: base_score, on: [lead.created, lead.updated], default: 0 }
    source_leads: { last: leads, of: source }
  source:
    leads:   { count: lead, by: source }
    engaged: { count: lead, by: source, where: status = "engaged" }
    score:   { sum: base_score, of: lead, by: source }
    created: { count: lead.created, window: 3d }
  all:
    leads:    { count: lead }
    engaged:  { count: lead, where: status = "engaged" }
    created:  { count: lead.created, window: 3d }
    statuses: { tally: status, of: lead }
    sources:  { rows: [source, leads], of: source }
`,
  },
];

export function sharedPlan(): Plan {
  const loaded = loadRuleSet(SHARED_FILES);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.plan;
}

export const START: Millis = Date.UTC(2026, 0, 5);
const SOURCES = ['linkedin', 'jooble', 'fair', 'friend'];
const STATUSES = ['nurturing', 'engaged', 'engaged', 'lost'];

export interface StoryEvent {
  readonly partition: number;
  readonly time: Millis;
  readonly entry: Omit<Entry, 'id'>;
}

/** Events in the order of their times, seconds and sometimes hours apart; ids are unique by `name`. */
export function story(name: string, random: Random, events: number, from: Millis, leads = 24): StoryEvent[] {
  let time = from;
  return Array.from({ length: events }, (_, n) => {
    time += random.chance(0.05) ? random.whole(1, 20) * HOUR : random.whole(1, 8) * SECOND;
    const lead = String(random.whole(1, leads));
    const source = SOURCES[random.whole(0, SOURCES.length - 1)];
    const [type, data] = random.chance(0.4)
      ? ['lead.created', { source, base_score: random.whole(0, 40) / 4 }]
      : random.chance(0.5)
        ? ['lead.updated', { source }]
        : ['lead.status_changed', { status: STATUSES[random.whole(0, STATUSES.length - 1)] }];
    const event = { id: `${name}-${n}`, type, time, data: { lead_id: lead, ...(data as object) } };
    return { partition: partitionOf(lead, PARTITIONS), time, entry: { d: JSON.stringify(event) } };
  });
}

/** Ticks that let every part, merge and broadcast of the events before them arrive, one hop each. */
export function ticksAfter(time: Millis): Millis[] {
  return [1, 2, 3, 4].map((n) => time + n * MINUTE);
}

interface Lead {
  status: string;
  source?: string;
  score: number;
}

/** What `source` and `all` must show at stream time `now`, by a plain count of the events that the logs hold. */
export function plainCount(logs: readonly (readonly Entry[])[], now: Millis): Record<string, object> {
  const leads = new Map<string, Lead>();
  const created: { source: string }[] = [];
  for (const { d } of logs.flat()) {
    const { type, time, data } = JSON.parse(d as string);
    if (!type.startsWith('lead.')) continue;
    const lead = leads.get(data.lead_id) ?? { status: 'new', score: 0 };
    leads.set(data.lead_id, lead);
    if (data.status !== undefined) lead.status = data.status;
    if (data.source !== undefined) lead.source = data.source;
    if (data.base_score !== undefined) lead.score = data.base_score;
    const covered = Math.floor(time / HOUR) > Math.floor(now / HOUR) - (3 * DAY) / HOUR;
    if (type === 'lead.created' && covered) created.push(data);
  }
  const all = [...leads.values()];
  const known = new Set([
    ...all.flatMap(({ source }) => source ?? []),
    ...created.map(({ source }) => source),
  ]);
  const expected: Record<string, object> = {};
  for (const source of known) {
    const mine = all.filter((lead) => lead.source === source);
    expected[`source:${source}`] = {
      leads: mine.length,
      engaged: mine.filter(({ status }) => status === 'engaged').length,
      score: mine.reduce((sum, { score }) => sum + score, 0),
      created: created.filter((data) => data.source === source).length,
    };
  }
  const statuses: Record<string, number> = {};
  for (const { status } of all) statuses[status] = (statuses[status] ?? 0) + 1;
  expected['all:all'] = {
    leads: all.length,
    engaged: all.filter(({ status }) => status === 'engaged').length,
    created: created.length,
    statuses,
  };
  return expected;
}
