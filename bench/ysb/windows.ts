/** Views by campaign and window: a plain recount of the events, and what weir told in its outboxes. */

import type { Redis } from 'ioredis';
import { entryMillis } from '../../src/core/entry.ts';
import { partitionKeys } from '../../src/core/partition.ts';
import type { Millis } from '../../src/core/units.ts';
import type { SeriesRow } from '../../src/models/series.ts';
import { type AdEvent, WINDOW } from './ad-events.ts';
import { PARTITIONS } from './fill.ts';

/** Views by `campaign@start of the window`. */
export type Windows = ReadonlyMap<string, number>;

export function recountWindows(events: Iterable<AdEvent>, campaignOf: ReadonlyMap<string, string>): Windows {
  const windows = new Map<string, number>();
  for (const { ad, time, isView, again } of events) {
    const campaign = campaignOf.get(ad);
    if (!isView || again || campaign === undefined) continue;
    const key = `${campaign}@${Math.floor(time / WINDOW) * WINDOW}`;
    windows.set(key, (windows.get(key) ?? 0) + 1);
  }
  return windows;
}

/** What was told of a window last. */
export interface Told {
  readonly count: number;
  /** When the decision that changed it was committed, by the server's clock. */
  readonly at: Millis;
}

export async function toldWindows(redis: Redis): Promise<Map<string, Told>> {
  const told = new Map<string, Told>();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { out } = partitionKeys(partition, PARTITIONS);
    for (let from = '-'; ; ) {
      const entries = await redis.xrange(out, from, '+', 'COUNT', 1000);
      for (const [id, fields] of entries) takeDecision(told, entryMillis(id), fields[1] as string);
      const last = entries.at(-1);
      if (!last) break;
      from = `(${last[0]}`;
    }
  }
  return told;
}

function takeDecision(told: Map<string, Told>, at: Millis, text: string): void {
  const { rule, entity, value } = JSON.parse(text) as { rule: string; entity: string; value: unknown };
  if (rule !== 'views_by_window') return;
  for (const { at: start, count } of value as SeriesRow[]) {
    const key = `${entity}@${start}`;
    if (told.get(key)?.count !== count) told.set(key, { count, at });
  }
}

/** How many windows are wrong, missing or invented; the first few are shown. */
export function wrongWindows(expected: Windows, told: ReadonlyMap<string, Told>): number {
  let wrong = 0;
  const show = (key: string) => {
    wrong += 1;
    if (wrong <= 5)
      process.stderr.write(
        `  window ${key}: ${told.get(key)?.count ?? 'nothing'} told, ${expected.get(key) ?? 0} counted\n`,
      );
  };
  for (const [key, count] of expected) if (told.get(key)?.count !== count) show(key);
  for (const key of told.keys()) if (!expected.has(key)) show(key);
  return wrong;
}

/** From the end of each window that ended before `until` to what was last told of it. */
export function latencies(told: ReadonlyMap<string, Told>, until: Millis): Millis[] {
  return [...told].flatMap(([key, { at }]) => {
    const end = Number(key.slice(key.indexOf('@') + 1)) + WINDOW;
    return end < until ? [at - end] : [];
  });
}
