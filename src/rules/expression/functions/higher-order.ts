/** Functions that take a function: $map $filter $reduce $sift $each. */

import { Callable } from '../callable.ts';
import { Failure } from '../failure.ts';
import type { Run } from '../run.ts';
import { newSequence } from '../sequence.ts';
import { isTrue } from '../truth.ts';
import { builtin } from './builtin.ts';
import { put } from './objects.ts';

type List = readonly unknown[] | undefined;
type Fields = Record<string, unknown>;

export const HIGHER_ORDER = {
  map: builtin(
    '<af>',
    (run, [list, change]: readonly [List, Callable]) => {
      if (list === undefined) return undefined;
      const mapped = newSequence();
      for (let i = 0; i < list.length; i++) {
        const value = callOn(run, change, list[i], i, list);
        if (value === undefined) continue;
        mapped.push(value);
      }
      return mapped;
    },
    { sequence: true },
  ),
  filter: builtin(
    '<af>',
    (run, [list, keeps]: readonly [List, Callable]) => {
      if (list === undefined) return undefined;
      const kept = newSequence();
      for (let i = 0; i < list.length; i++) {
        if (!isTrue(callOn(run, keeps, list[i], i, list))) continue;
        kept.push(list[i]);
      }
      return kept;
    },
    { sequence: true },
  ),
  single: builtin('<af?>', (run, [list, fits]: readonly [List, Callable | undefined]) =>
    list === undefined ? undefined : single(run, list, fits),
  ),
  reduce: builtin(
    '<afj?:j>',
    (run, [list, combine, start]: readonly [List, Callable, unknown]) =>
      list === undefined ? undefined : reduced(run, list, combine, start),
    { sequence: true },
  ),
  sift: builtin('<o-f?:o>', (run, [object, keeps]: readonly [Fields | undefined, Callable | undefined]) => {
    const kept: Fields = {};
    for (const key of namesOf(object)) {
      const value = (object as Fields)[key];
      if (isTrue(callOn(run, given(keeps), value, key, object))) put(run, kept, key, value);
    }
    return Object.keys(kept).length === 0 ? undefined : kept;
  }),
  each: builtin(
    '<o-f:a>',
    (run, [object, change]: readonly [Fields | undefined, Callable]) => {
      const mapped = newSequence();
      for (const key of namesOf(object)) {
        const value = callOn(run, change, (object as Fields)[key], key, object);
        if (value === undefined) continue;
        mapped.push(value);
      }
      return mapped;
    },
    { sequence: true },
  ),
};

/** Texts and functions have no fields, whatever they are made of. */
function namesOf(object: Fields | undefined): readonly string[] {
  return typeof object !== 'object' || object === null || object instanceof Callable
    ? []
    : Object.keys(object);
}

function single(run: Run, list: readonly unknown[], fits: Callable | undefined): unknown {
  let found: unknown;
  let count = 0;
  for (let i = 0; i < list.length; i++) {
    run.spend(1);
    if (fits !== undefined && !isTrue(callOn(run, fits, list[i], i, list))) continue;
    if (count > 0) throw new Failure('D3138', i, -1, '$single');
    found = list[i];
    count += 1;
  }
  if (count === 0) throw new Failure('D3139', undefined, -1, '$single');
  return found;
}

/** A function gets no more than it has parameters: the value, where it stands, all of it. */
function callOn(
  run: Run,
  callee: Callable,
  value: unknown,
  position: number | string,
  all: unknown,
): unknown {
  run.spend(1);
  if (callee.arity >= 3) return callee.call(run, [undefined, value, position, all]);
  if (callee.arity === 2) return callee.call(run, [undefined, value, position]);
  return callee.call(run, [undefined, value]);
}

function given(callee: Callable | undefined): Callable {
  if (callee === undefined) throw new Failure('T1006', callee);
  return callee;
}

function reduced(run: Run, list: readonly unknown[], combine: Callable, start: unknown): unknown {
  if (combine.arity < 2) throw new Failure('D3050');
  const fromFirst = start === undefined && list.length > 0;
  let result = fromFirst ? list[0] : start;
  for (let i = fromFirst ? 1 : 0; i < list.length; i++) {
    run.spend(1);
    const args = [undefined, result, list[i]];
    if (combine.arity >= 3) args.push(i);
    if (combine.arity >= 4) args.push(list);
    result = combine.call(run, args);
  }
  return result;
}
