/** Shared entities against a plain count over all partitions: leads by where they came from, and how many were created. */

import { DAY, HOUR, type Millis } from '../../../src/core/units.ts';
import type { EntityView, OracleRun } from '../../oracle/oracle.ts';
import type { Holding } from './holding.ts';
import type { World } from './world.ts';

interface Counted {
  leads: number;
  engaged: number;
  total: number;
  created: number;
}

/** @param runs what the oracle makes of each partition's log; undefined where it does not know */
export function judgeShared(
  world: World,
  holdings: readonly Holding[],
  runs: readonly (OracleRun | undefined)[],
): string[] {
  // how an erasure takes back what somebody counted for is tested where erasures are
  if (runs.includes(undefined)) return [];
  const expected = new Map<string, Counted>();
  const of = (source: string) => {
    const counted = expected.get(source) ?? { leads: 0, engaged: 0, total: 0, created: 0 };
    expected.set(source, counted);
    return counted;
  };
  const now = Math.max(...world.partitions.map((partition) => world.streamTime(partition)));
  for (const run of runs)
    for (const [key, view] of run?.entities ?? []) if (key.startsWith('lead:')) countLead(view, of);
  for (const { log } of holdings) {
    for (const source of createdIn(log, now)) of(source).created += 1;
  }
  const problems: string[] = [];
  for (const { state } of holdings)
    for (const { kind, key, id, slots, gone } of state.entities.values()) {
      if (kind.name !== 'source' || kind.role !== 'shared' || gone) continue;
      const shown = Object.fromEntries(
        kind.nodes.flatMap(({ name, slot }) => (slot < 0 ? [] : [[name, slots[slot]]])),
      );
      const wanted: Counted = expected.get(id) ?? { leads: 0, engaged: 0, total: 0, created: 0 };
      expected.delete(id);
      for (const name of ['leads', 'engaged', 'total', 'created'] as const)
        if ((shown[name] ?? 0) !== wanted[name])
          problems.push(`I1 ${key} shows ${name} ${shown[name]}, a plain count gives ${wanted[name]}`);
    }
  for (const [source, { leads, created }] of expected)
    if (leads + created > 0) problems.push(`I1 source:${source} is missing`);
  return problems.slice(0, 6);
}

function countLead({ features }: EntityView, of: (source: string) => Counted): void {
  const { source, status, base_score } = features;
  if (typeof source !== 'string') return;
  const counted = of(source);
  counted.leads += 1;
  if (status === 'engaged') counted.engaged += 1;
  counted.total += Number(base_score ?? 0);
}

/** Of each lead.created that the window of three days still covers, and that was not taken for a copy. */
function createdIn(log: Holding['log'], now: Millis): string[] {
  const seen = new Map<string, Millis>();
  let time = 0;
  return log.flatMap(({ d = '' }) => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(d);
    } catch {
      return [];
    }
    return (Array.isArray(parsed) ? parsed : [parsed]).flatMap((event) => {
      if (typeof event?.time !== 'number' || event.type.startsWith('shared.')) return [];
      const before = event.type === 'tick' ? undefined : seen.get(event.id);
      if (before !== undefined && time - before <= DAY) return [];
      time = Math.max(time, event.time);
      if (event.id !== undefined) seen.set(event.id, time);
      const isCovered = Math.floor(event.time / HOUR) > Math.floor(now / HOUR) - (3 * DAY) / HOUR;
      return event.type === 'lead.created' && isCovered ? [String(event.source)] : [];
    });
  });
}
