/** `series`: how many events there were in each bucket of a window. */

import type { Millis } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { type Tally, TallyRing } from './tally.ts';
import { windowOf } from './window.ts';

/** Events of one bucket, which begins at `at`. */
export interface SeriesRow {
  readonly at: Millis;
  readonly count: number;
}

interface SeriesState {
  readonly tally: Tally;
  /** The value while it stands: the same list, so that nobody compares or reads it again for nothing. */
  shown: readonly SeriesRow[] | undefined;
}

/**
 * Formula: [{at: start of bucket b, count: Σ 1 over the adds in b}, …] for each covered bucket that holds
 * something, oldest first; an empty list without data.
 * Memory: two numbers per bucket that holds something. Cost: O(1) per event, O(buckets) when a covered one changes.
 */
export function series(options: AggregateOptions): Aggregate<SeriesState> {
  const window = windowOf(options);
  const ring = new TallyRing(window, 2);
  const settle = (state: SeriesState, now: Millis) => {
    if (now < state.tally.next) return;
    ring.settle(state.tally, now);
    state.shown = undefined;
  };
  return {
    create: () => ({ tally: ring.create(), shown: undefined }),
    add(state, time, now) {
      settle(state, now);
      if (!ring.add(state.tally, time, now, 1)) return false;
      // an open bucket behind `ago` is not shown yet
      if (window.enters(window.bucket(time)) <= now) state.shown = undefined;
      return true;
    },
    value(state, now) {
      settle(state, now);
      state.shown ??= rows(state.tally, window.step);
      return state.shown;
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

function rows({ cells, first, entered }: Tally, step: Millis): SeriesRow[] {
  const list: SeriesRow[] = [];
  for (let at = first; at < entered; at += 2)
    list.push({ at: (cells[at] as number) * step, count: cells[at + 1] as number });
  return list;
}
