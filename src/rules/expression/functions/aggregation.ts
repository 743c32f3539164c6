/** Functions of lists of numbers: $sum $max $min $average $count. */

import type { Run } from '../run.ts';
import type { Term } from '../term.ts';
import { type Builtin, builtin } from './builtin.ts';

type Numbers = readonly [list: readonly number[] | undefined];

const sum = (list: readonly number[]) => {
  let total = 0;
  for (let i = 0; i < list.length; i++) total += list[i] as number;
  return total;
};
const largest = (list: readonly number[]) => extreme(list, Math.max, Number.NEGATIVE_INFINITY);
const smallest = (list: readonly number[]) => extreme(list, Math.min, Number.POSITIVE_INFINITY);
const average = (list: readonly number[]) => (list.length === 0 ? undefined : sum(list) / list.length);

function extreme(
  list: readonly number[],
  pick: (a: number, b: number) => number,
  worst: number,
): number | undefined {
  if (list.length === 0) return undefined;
  let best = worst;
  for (let i = 0; i < list.length; i++) best = pick(best, list[i] as number);
  return best;
}

export const AGGREGATION = {
  sum: overNumbers(sum),
  max: overNumbers(largest, Math.max),
  min: overNumbers(smallest, Math.min),
  average: overNumbers(average),
  count: builtin(
    '<a:n>',
    (_run, [list]: readonly [readonly unknown[] | undefined]) => (list === undefined ? 0 : list.length),
    {
      inline: ([only]) => {
        const { code } = only as Term;
        return (run, item, slots) => {
          const value = code(run, item, slots);
          return Array.isArray(value) ? value.length : value === undefined ? 0 : 1;
        };
      },
    },
  ),
};

/** `pick` compares two numbers: then a written list needs not be built. */
function overNumbers(
  calculate: (list: readonly number[]) => number | undefined,
  pick?: (a: number, b: number) => number,
): Builtin {
  const apply = (run: Run, [list]: Numbers) => {
    if (list === undefined) return undefined;
    run.spend(list.length >> 2);
    return calculate(list);
  };
  return builtin('<a<n>:n>', apply, {
    inline: ([only], applied) => {
      const { code, items } = only as Term;
      if (pick !== undefined && items?.length === 2) return ofTwo(items, pick, applied);
      return (run, item, slots) => {
        const value = code(run, item, slots);
        if (value === undefined) return undefined;
        if (typeof value === 'number') return calculate([value]);
        if (isNumbers(value)) {
          run.spend(value.length >> 2);
          return calculate(value);
        }
        return applied(run, item, [value]);
      };
    },
  });
}

function isNumbers(value: unknown): value is readonly number[] {
  if (!Array.isArray(value)) return false;
  for (let i = 0; i < value.length; i++) if (typeof value[i] !== 'number') return false;
  return true;
}

/** `$min([a, b])`, by far the most frequent in rules. */
function ofTwo(
  items: readonly Term[],
  pick: (a: number, b: number) => number,
  applied: Parameters<NonNullable<Builtin['inline']>>[1],
): ReturnType<NonNullable<Builtin['inline']>> {
  const [first, second] = items as [Term, Term];
  const { code: a } = first;
  const { code: b } = second;
  return (run, item, slots) => {
    const x = a(run, item, slots);
    const y = b(run, item, slots);
    if (typeof x === 'number' && typeof y === 'number') return pick(x, y);
    if (x === undefined && typeof y === 'number') return y;
    if (y === undefined && typeof x === 'number') return x;
    return applied(run, item, [written(x, y)]);
  };
}

/** The list that `[x, y]` means. */
function written(x: unknown, y: unknown): unknown[] {
  const list: unknown[] = [];
  for (const value of [x, y]) {
    if (Array.isArray(value)) list.push(...value);
    else if (value !== undefined) list.push(value);
  }
  return list;
}
