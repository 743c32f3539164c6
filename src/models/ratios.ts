/** `median` and `p95` with `per`: quantiles of what one thing cost in each bucket, such as the CPA of each hour. */

import { fromMicros, type Millis } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { summand } from './summand.ts';
import { type Tally, TallyRing } from './tally.ts';
import { windowOf } from './window.ts';

interface Ratios {
  readonly tally: Tally;
  /** The value while it stands; null: there is none. */
  shown: number | null | undefined;
}

/**
 * Formula: the quantile, type 7, of {Σ round(v · 10^6) of b / n of b} over the covered buckets b with n > 0, rounded to
 * micros; n counts the events of rank 1, v are the values of those of rank 0. A bucket without events of rank 1 has no
 * ratio; absent where none has one. Exact, whatever the order.
 * Memory: three numbers per bucket that holds something, at most 1,000. Cost: O(1) per event, and sorting the ratios
 * when one of them changed.
 */
export function ratios(options: AggregateOptions): Aggregate<Ratios> {
  const window = windowOf(options);
  const ring = new TallyRing(window, 3);
  const q = options.quantile ?? 0.5;
  const settle = (state: Ratios, now: Millis) => {
    if (now < state.tally.next && now >= state.tally.since) return;
    ring.settle(state.tally, now);
    state.shown = undefined;
  };
  return {
    create: () => ({ tally: ring.create(), shown: undefined }),
    add(state, time, now, value, _key, rank) {
      settle(state, now);
      const micros = rank === 0 ? summand(value) : 0;
      if (micros === undefined) return !window.refuses(window.bucket(time), now);
      state.shown = undefined;
      return ring.add(state.tally, time, now, micros, rank === 0 ? 0 : 1);
    },
    value(state, now) {
      settle(state, now);
      state.shown ??= quantileOf(state.tally, q) ?? null;
      return state.shown ?? undefined;
    },
    nextChange(state, now) {
      settle(state, now);
      return state.tally.next;
    },
    merge: (states) => ({ tally: ring.merge(states.map(({ tally }) => tally)), shown: undefined }),
    encode: ({ tally }) => ring.encode(tally),
    decode: (stored) => ({ tally: ring.decode(stored), shown: undefined }),
  };
}

function quantileOf({ cells, first, entered }: Tally, q: number): number | undefined {
  const found: number[] = [];
  for (let at = first; at < entered; at += 3) {
    const times = cells[at + 2] as number;
    if (times > 0) found.push((cells[at + 1] as number) / times);
  }
  if (found.length === 0) return undefined;
  found.sort((a, b) => a - b);
  const place = q * (found.length - 1);
  const low = found[Math.floor(place)] as number;
  const high = found[Math.ceil(place)] as number;
  return fromMicros(Math.round(low + (high - low) * (place - Math.floor(place))));
}
