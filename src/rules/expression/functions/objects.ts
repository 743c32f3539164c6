/** Functions of objects, none of which ever writes a key named __proto__. */

import { Callable } from '../callable.ts';
import { Failure } from '../failure.ts';
import { fieldNamed, lookUp } from '../field.ts';
import type { Run } from '../run.ts';
import { newSequence, type Sequence } from '../sequence.ts';
import { builtin } from './builtin.ts';
import { appended } from './lists.ts';

type Fields = Record<string, unknown>;

export const OBJECTS = {
  keys: builtin('<x-:a<s>>', (run, [value]: readonly unknown[]) => keysOf(run, value), { sequence: true }),
  lookup: builtin(
    '<x-s:x>',
    (run, [value, name]: readonly unknown[]) => lookUp(run, value, fieldNamed(String(name))),
    { sequence: true, arity: 2 },
  ),
  merge: builtin('<a<o>:o>', (run, [objects]: readonly [readonly Fields[] | undefined]) => {
    if (objects === undefined) return undefined;
    const merged: Fields = {};
    for (const object of objects) {
      if ((object as unknown) instanceof Callable) throw new Failure('T0410', object);
      if (!isObject(object) && !Array.isArray(object)) continue;
      for (const key of Object.keys(object)) put(run, merged, key, object[key]);
    }
    return merged;
  }),
  spread: builtin('<x-:a<o>>', (run, [value]: readonly unknown[]) => spread(run, value), { sequence: true }),
  type: builtin('<x:s>', (_run, [value]: readonly unknown[]) => typeOf(value)),
};

/** Sets a field of an object under construction. */
export function put(run: Run, object: Fields, key: string, value: unknown): void {
  if (key === '__proto__') throw new Failure('forbidden_key', key);
  run.spend(1);
  object[key] = value;
}

function keysOf(run: Run, value: unknown): Sequence {
  const keys = newSequence();
  if (Array.isArray(value)) {
    const found = new Set<string>();
    for (const item of value) for (const key of keysOf(run, item)) found.add(key as string);
    run.spend(value.length + found.size);
    for (const key of Object.keys(Object.fromEntries([...found].map((name) => [name, true])))) keys.push(key);
  } else if (isObject(value)) {
    const names = Object.keys(value);
    run.spend(names.length);
    for (const name of names) keys.push(name);
  }
  return keys;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Callable);
}

function spread(run: Run, value: unknown): unknown {
  if (!Array.isArray(value)) {
    if (!isObject(value)) return value;
    const parts = newSequence();
    for (const key of Object.keys(value)) {
      const part: Fields = {};
      put(run, part, key, value[key]);
      parts.push(part);
    }
    return parts;
  }
  let parts: unknown = newSequence();
  for (const item of value) parts = appended(run, parts, spread(run, item));
  return parts;
}

function typeOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Callable) return 'function';
  if (typeof value === 'number') {
    if (!Number.isFinite(value) && !Number.isNaN(value)) throw new Failure('D1001', value);
    return Number.isNaN(value) ? 'object' : 'number';
  }
  return typeof value;
}
