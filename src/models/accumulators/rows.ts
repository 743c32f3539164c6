/** `rows` over entities: the fields of each as one row. */

import { type Accumulator, type AccumulatorOptions, never } from '../accumulator.ts';

/** Rows that are shown and sent; a part keeps the others too, since one of the first may go. */
const MOST_ROWS = 1000;

type Rows = Map<string, readonly unknown[]>;

/**
 * Given: the values of the fields, in their order.
 * Formula: the rows sorted by the entity's id, the first 1,000 of them; absent fields are left out.
 * Memory: the fields of each entity.
 */
export function rows({ fields = [] }: AccumulatorOptions): Accumulator {
  const accumulator: Accumulator<Rows> = {
    create: () => new Map(),
    put(state, id, given) {
      // as it comes back from JSON, so that a restart changes nothing
      const row = (given as readonly unknown[]).map((value) => value ?? null);
      state.set(id, row);
      return row;
    },
    take(state, id) {
      state.delete(id);
    },
    merge: (states) =>
      new Map(
        states
          .flatMap((state) => [...state])
          .sort(byId)
          .slice(0, MOST_ROWS),
      ),
    value: (state) =>
      [...state]
        .sort(byId)
        .slice(0, MOST_ROWS)
        .map(([, row]) => {
          const object: Record<string, unknown> = {};
          for (const [i, field] of fields.entries()) if (row[i] !== null) object[field] = row[i];
          return object;
        }),
    nextChange: never,
    encode: (state) => (state.size === 0 ? 0 : [...state]),
    decode: (stored) => new Map(Array.isArray(stored) ? stored : []),
  };
  return accumulator as Accumulator;
}

function byId([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
