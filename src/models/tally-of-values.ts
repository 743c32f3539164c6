/** `tally` of events: how many events had each value of a field. */

import type { Millis } from '../core/units.ts';
import type { Aggregate, AggregateOptions } from './aggregate.ts';
import { type Tally, TallyRing } from './tally.ts';
import { windowOf } from './window.ts';

interface Counted {
  readonly tally: Tally;
  newest: Millis;
}

interface TalliedState {
  readonly values: Map<string, Counted>;
  /** The value while it stands: the same object, so that nobody compares or reads it again for nothing. */
  shown: Readonly<Record<string, number>> | undefined;
  next: Millis;
}

/**
 * Formula: {v: Σ 1 over the covered adds of v}, for each text, number or truth value v that has any, sorted by text.
 * Of more than `keep` (200) values those with the smallest hash are kept, a sample that no order of events changes.
 * Memory: two numbers per bucket that holds something, for each value. Cost: O(1) per event, O(values) when read.
 */
export function tallyOfValues(options: AggregateOptions): Aggregate {
  const window = windowOf(options);
  const ring = new TallyRing(window, 2);
  const keep = options.keep ?? 200;

  function refresh(state: TalliedState, now: Millis): Readonly<Record<string, number>> {
    if (state.shown !== undefined && now < state.next) return state.shown;
    const shown: [string, number][] = [];
    state.next = Number.POSITIVE_INFINITY;
    for (const [value, { tally }] of state.values) {
      ring.settle(tally, now);
      if (tally.total > 0) shown.push([value, tally.total]);
      state.next = Math.min(state.next, tally.next);
    }
    state.shown = Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)));
    return state.shown;
  }

  const aggregate: Aggregate<TalliedState> = {
    create: () => ({ values: new Map(), shown: undefined, next: Number.POSITIVE_INFINITY }),
    add(state, time, now, fed) {
      if (window.refuses(window.bucket(time), now)) return false;
      const value = tallied(fed);
      if (value === undefined) return true;
      let counted = state.values.get(value);
      if (counted === undefined) {
        counted = { tally: ring.create(), newest: time };
        state.values.set(value, counted);
        if (state.values.size > keep) dropLast(state.values);
      }
      counted.newest = Math.max(counted.newest, time);
      const { tally } = counted;
      ring.add(tally, time, now, 1);
      // most events count what is shown already, and nothing else has changed before `next`
      const isShown = state.shown !== undefined && now < state.next && Object.hasOwn(state.shown, value);
      state.shown = isShown ? { ...state.shown, [value]: tally.total } : undefined;
      state.next = Math.min(state.next, tally.next);
      return true;
    },
    value: (state, now) => refresh(state, now),
    nextChange(state, now) {
      refresh(state, now);
      return state.next;
    },
    forget(state, names, until) {
      const { values } = state;
      const before = values.size;
      for (const [value, { newest }] of values) if (newest <= until && names(value)) values.delete(value);
      if (values.size < before) state.shown = undefined;
      return values.size < before;
    },
    merge(states) {
      const values = new Map<string, Counted>();
      for (const value of new Set(states.flatMap((state) => [...state.values.keys()]))) {
        const own = states.flatMap((state) => state.values.get(value) ?? []);
        const tally = ring.merge(own.map((counted) => counted.tally));
        values.set(value, { tally, newest: Math.max(...own.map(({ newest }) => newest)) });
        if (values.size > keep) dropLast(values);
      }
      return { values, shown: undefined, next: Number.POSITIVE_INFINITY };
    },
    encode: ({ values }) =>
      values.size === 0
        ? 0
        : [...values].map(([value, { tally, newest }]) => [value, newest, ring.encode(tally)]),
    decode: (stored) => {
      const list = Array.isArray(stored) ? (stored as [string, Millis, unknown][]) : [];
      const values = new Map(
        list.map(([value, newest, cells]) => [value, { tally: ring.decode(cells), newest }]),
      );
      return { values, shown: undefined, next: Number.POSITIVE_INFINITY };
    },
  };
  return aggregate as Aggregate;
}

/** Objects, not-a-number and what is absent are no values to count by. */
function tallied(fed: unknown): string | undefined {
  if (typeof fed === 'string' || typeof fed === 'boolean') return `${fed}`;
  return typeof fed === 'number' && Number.isFinite(fed) ? `${fed}` : undefined;
}

/** By (hash, text): which of too many values are kept. */
export function comesBefore(a: string, b: string): boolean {
  const [first, second] = [hashOf(a), hashOf(b)];
  return first === second ? a < b : first < second;
}

function dropLast(values: Map<string, unknown>): void {
  let last: string | undefined;
  for (const value of values.keys()) if (last === undefined || comesBefore(last, value)) last = value;
  values.delete(last as string);
}

/** FNV-1a over code units, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
