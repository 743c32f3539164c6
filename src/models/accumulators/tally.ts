/** `tally` over entities: how often each name is given. */

import { type Accumulator, type AccumulatorOptions, never } from '../accumulator.ts';

/** Names of one state; what comes beyond them is counted under one name. */
const MOST_NAMES = 1000;
const LONGEST_NAME = 200;
export const OTHER = '(other)';

type Counts = Map<string, number>;

/**
 * Given: a text, a number or a boolean, something with a `name` or a `class`, or a list of these.
 * Formula: name → how often it was given, sorted by name; the declared names also with 0.
 * Memory: one number per name, at most 1,000 names a part; further ones count as `(other)`.
 */
export function tally({ names = [] }: AccumulatorOptions): Accumulator {
  const accumulator: Accumulator<Counts> = {
    create: () => new Map(),
    put(state, _id, given) {
      const found = namesOf(given);
      if (found.length === 0) return undefined;
      const put = found.map((name) => (state.has(name) || state.size < MOST_NAMES ? name : OTHER));
      for (const name of put) state.set(name, (state.get(name) ?? 0) + 1);
      return put;
    },
    take(state, _id, put) {
      for (const name of put as readonly string[]) {
        const left = (state.get(name) ?? 0) - 1;
        if (left === 0) state.delete(name);
        else state.set(name, left);
      }
    },
    merge(states) {
      const merged: Counts = new Map();
      for (const state of states)
        for (const [name, times] of state) merged.set(name, (merged.get(name) ?? 0) + times);
      return merged;
    },
    value(state) {
      const value: Record<string, number> = {};
      for (const name of [...new Set([...names, ...state.keys()])].sort()) value[name] = state.get(name) ?? 0;
      return value;
    },
    nextChange: never,
    encode: (state) => (state.size === 0 ? 0 : [...state]),
    decode: (stored) => new Map(Array.isArray(stored) ? stored : []),
  };
  return accumulator as Accumulator;
}

function namesOf(given: unknown): string[] {
  const items = Array.isArray(given) ? given : [given];
  return items.map(nameOf).filter((name) => name !== undefined);
}

function nameOf(item: unknown): string | undefined {
  if (typeof item === 'object' && item !== null) {
    const { name, class: named } = item as { name?: unknown; class?: unknown };
    return typeof name === 'string' ? fitting(name) : typeof named === 'string' ? fitting(named) : undefined;
  }
  return typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean'
    ? fitting(String(item))
    : undefined;
}

/** No property that every object has already. */
function fitting(name: string): string | undefined {
  return name.length > LONGEST_NAME || name === '' || name === '__proto__' ? undefined : name;
}
