/** Functions of lists. */

import type { Callable } from '../callable.ts';
import { isEqual } from '../equality.ts';
import { Failure } from '../failure.ts';
import { finiteNumber } from '../finite-number.ts';
import { mergeSort } from '../merge-sort.ts';
import type { Run } from '../run.ts';
import { isSequence, newSequence } from '../sequence.ts';
import { builtin } from './builtin.ts';

type List = readonly unknown[];

export const LISTS = {
  append: builtin('<xx:a>', (run, [first, second]: List) => appended(run, first, second), { sequence: true }),
  distinct: builtin('<x:x>', (run, [list]: List) => distinct(run, list), { sequence: true }),
  reverse: builtin(
    '<a:a>',
    (run, [list]: readonly [List | undefined]) => {
      if (list === undefined || list.length <= 1) return list;
      run.spend(list.length);
      const reversed: unknown[] = [];
      for (let i = list.length - 1; i >= 0; i--) reversed.push(list[i]);
      return reversed;
    },
    { sequence: true },
  ),
  sort: builtin(
    '<af?:a>',
    (run, [list, swap]: readonly [List | undefined, Callable | undefined]) =>
      list === undefined || list.length <= 1 ? list : sorted(run, list, swap),
    { sequence: true },
  ),
  zip: builtin('<a+>', (run, lists: readonly (List | undefined)[]) => zipped(run, lists), { arity: 0 }),
};

/** Not for rules, whose replays rely on the order of lists. */
export const SHUFFLE = {
  shuffle: builtin(
    '<a:a>',
    (run, [list]: readonly [List | undefined]) => {
      if (list === undefined || list.length <= 1) return list;
      run.spend(list.length);
      return shuffled(list);
    },
    { sequence: true },
  ),
};

/** Both in one list; single values count as lists of one. */
export function appended(run: Run, first: unknown, second: unknown): unknown {
  if (first === undefined) return second;
  if (second === undefined) return first;
  const left: List = Array.isArray(first) ? first : [first];
  const right: List = Array.isArray(second) ? second : [second];
  const length = left.length + right.length;
  run.boundList(length);
  run.spend(1 + (length >> 2));
  const list: unknown[] = [];
  for (let i = 0; i < left.length; i++) list.push(left[i]);
  for (let i = 0; i < right.length; i++) list.push(right[i]);
  return list;
}

function distinct(run: Run, list: unknown): unknown {
  if (!Array.isArray(list) || list.length <= 1) return list;
  const found: unknown[] = isSequence(list) ? newSequence() : [];
  for (const item of list) {
    run.spend(1 + (found.length >> 2));
    if (!found.some((known) => isEqual(run, item, known))) found.push(item);
  }
  return found;
}

function sorted(run: Run, list: List, swap: Callable | undefined): unknown[] {
  if (swap !== undefined) {
    return mergeSort(list, (a, b) => {
      run.spend(1);
      // The reference takes any value for an answer the way JavaScript does, not as $boolean would.
      return Boolean(swap.call(run, [undefined, a, b]));
    });
  }
  if (!list.every(finiteNumber) && !list.every((item) => typeof item === 'string'))
    throw new Failure('D3070');
  run.spend(list.length * 4);
  return mergeSort(list, (a, b) => (a as number) > (b as number));
}

/** Always the same disorder, so that an evaluation can be repeated. */
function shuffled(list: List): unknown[] {
  const mixed = Array.from(list);
  let state = 0x2545f491;
  for (let i = mixed.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (i + 1));
    [mixed[i], mixed[other]] = [mixed[other], mixed[i]];
  }
  return mixed;
}

function zipped(run: Run, lists: readonly (List | undefined)[]): unknown[] {
  const length = Math.min(...lists.map((list) => (Array.isArray(list) ? list.length : 0)));
  run.spend(2 * length * lists.length);
  const rows: unknown[] = [];
  for (let i = 0; i < length; i++) rows.push(lists.map((list) => (list as List)[i]));
  return rows;
}
