/** What answers from the history have in common: how far it is, and what is said without one. */

import type { Context } from 'hono';
import type { History } from '../core/history.ts';
import type { Millis } from '../core/units.ts';
import type { AppOptions } from './app.ts';
import { problem } from './problem.ts';

export function iso(time: Millis): string {
  return new Date(time).toISOString();
}

/** Everything decided until `as_of` is in the answer; of a list over all partitions, the one furthest behind. */
export async function asOf(
  { plan }: AppOptions,
  history: History,
  partition?: number,
): Promise<{ as_of: string | null; stale: boolean }> {
  const times =
    partition === undefined
      ? await history.asOfAll(plan().settings.partitions)
      : [await history.asOf(partition)];
  // a partition that never decided anything holds nothing back
  const known = times.filter((time) => time > 0);
  return { as_of: known.length === 0 ? null : iso(Math.min(...known)), stale: false };
}

export function noHistory(c: Context): Response {
  return problem(c, {
    slug: 'no-history',
    status: 404,
    title: 'This weir keeps no history',
    detail: 'It was started with REDIS_URL and without DATABASE_URL',
  });
}
