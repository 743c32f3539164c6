/** `count`, `sum` and `avg` over entities: how many give something, and the sum of the numbers they give. */

import { fromMicros, type Micros } from '../../core/units.ts';
import { type Accumulator, never } from '../accumulator.ts';
import { summand } from '../summand.ts';

interface Amount {
  /** How many gave something. */
  times: number;
  micros: Micros;
}

/** Formula: the number of entities that give anything. Memory: one number. */
export function members(): Accumulator {
  return amounts(
    () => 0,
    (state) => state.times,
  );
}

/** Formula: Σ round(v · 10^6) / 10^6, exact below 2^53 micros; 0 without data. Memory: two numbers. */
export function total(): Accumulator {
  return amounts(microsOf, (state) => fromMicros(state.micros));
}

/** Formula: (Σ round(v · 10^6) / n) / 10^6; absent without data. Memory: two numbers. */
export function mean(): Accumulator {
  return amounts(microsOf, (state) =>
    state.times === 0 ? undefined : fromMicros(state.micros / state.times),
  );
}

/** A number, or the number of a result with a class. */
function microsOf(given: unknown): Micros | undefined {
  const inner = (given as { value?: unknown } | null | undefined)?.value;
  return summand(typeof given === 'number' ? given : inner);
}

function amounts(
  amountOf: (given: unknown) => Micros | undefined,
  value: (state: Amount) => number | undefined,
): Accumulator {
  const accumulator: Accumulator<Amount> = {
    create: () => ({ times: 0, micros: 0 }),
    put(state, _id, given) {
      const micros = amountOf(given);
      if (micros === undefined) return undefined;
      state.times += 1;
      state.micros += micros;
      return micros;
    },
    take(state, _id, put) {
      state.times -= 1;
      state.micros -= put as Micros;
    },
    merge(states) {
      const merged = { times: 0, micros: 0 };
      for (const { times, micros } of states) {
        merged.times += times;
        merged.micros += micros;
      }
      return merged;
    },
    value,
    nextChange: never,
    encode: ({ times, micros }) => (micros === 0 ? times : [times, micros]),
    decode: (stored) =>
      Array.isArray(stored)
        ? { times: stored[0], micros: stored[1] }
        : { times: typeof stored === 'number' ? stored : 0, micros: 0 },
  };
  return accumulator as Accumulator;
}
