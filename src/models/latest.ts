/** `latest`: the newest fed values as a list. */

import type { Millis } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { windowOf } from './window.ts';

interface Listed {
  readonly time: Millis;
  readonly value: unknown;
  /** JSON text of the value: decides between values of the same time. */
  readonly text: string;
}

/**
 * Formula: of the `keep` (20) values with the largest (time, JSON text) the covered ones, newest first; empty
 * without data.
 * Memory: that many values. Cost: O(keep) per event that is new enough, O(1) for others.
 */
export function latest(options: AggregateOptions): Aggregate {
  const window = windowOf(options);
  const keep = options.keep ?? 20;
  const aggregate: Aggregate<{ list: Listed[] }> = {
    create: () => ({ list: [] }),
    add(state, time, now, value) {
      if (window.refuses(window.bucket(time), now)) return false;
      if (value === undefined || value === null || (typeof value === 'number' && !Number.isFinite(value)))
        return true;
      insert(state.list, { time, value, text: JSON.stringify(value) });
      if (state.list.length > keep) state.list.pop();
      return true;
    },
    value: ({ list }, now) =>
      list.filter(({ time }) => window.covers(window.bucket(time), now)).map(({ value }) => value),
    nextChange({ list }, now) {
      let next = Number.POSITIVE_INFINITY;
      for (const { time } of list) {
        const bucket = window.bucket(time);
        if (!window.refuses(bucket, now)) next = Math.min(next, window.change(bucket, now));
      }
      return next;
    },
    forget(state, names, until) {
      const before = state.list.length;
      state.list = state.list.filter(({ time, value }) => time > until || !names(value));
      return state.list.length < before;
    },
    merge: (states) => ({
      list: states
        .flatMap(({ list }) => list)
        .sort(newestFirst)
        .slice(0, keep),
    }),
    encode: ({ list }) => (list.length === 0 ? 0 : list.flatMap(({ time, value }) => [time, value])),
    decode(stored) {
      const list: Listed[] = [];
      if (Array.isArray(stored))
        for (let at = 0; at < stored.length; at += 2)
          list.push({ time: stored[at], value: stored[at + 1], text: JSON.stringify(stored[at + 1]) });
      return { list };
    },
  };
  return aggregate as Aggregate;
}

function insert(list: Listed[], item: Listed): void {
  let at = list.length;
  while (at > 0 && newestFirst(item, list[at - 1] as Listed) < 0) at -= 1;
  list.splice(at, 0, item);
}

function newestFirst(a: Listed, b: Listed): number {
  return b.time - a.time || (a.text < b.text ? 1 : a.text > b.text ? -1 : 0);
}
