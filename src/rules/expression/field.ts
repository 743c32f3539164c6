/** Reading a field of an item: own properties only, through lists. */

import { Callable } from './callable.ts';
import type { Run } from './run.ts';
import { newSequence, unwrap } from './sequence.ts';

/** Reads one field of one object; absent for anything that is none. */
export type Field = (item: unknown) => unknown;

type Fields = Readonly<Record<string, unknown>>;

export function fieldNamed(name: string): Field {
  // Only these could be found on the prototype of plain data; asking for the rest too would halve the speed.
  if (name in Object.prototype) {
    return (item) => (isObject(item) && Object.hasOwn(item, name) ? item[name] : undefined);
  }
  return (item) => (isObject(item) ? item[name] : undefined);
}

function isObject(item: unknown): item is Fields {
  return typeof item === 'object' && item !== null && !Array.isArray(item) && !(item instanceof Callable);
}

/** The field of an object, or of every object in a list, lists opened. Not unwrapped. */
export function lookUp(run: Run, item: unknown, field: Field): unknown {
  if (!Array.isArray(item)) return field(item);
  run.spend(item.length);
  const found = newSequence();
  for (let i = 0; i < item.length; i++) {
    const value = lookUp(run, item[i], field);
    if (value === undefined) continue;
    if (Array.isArray(value)) for (let k = 0; k < value.length; k++) found.push(value[k]);
    else found.push(value);
  }
  return found;
}

/** The same as a value. */
export function readField(run: Run, item: unknown, field: Field): unknown {
  return unwrap(lookUp(run, item, field));
}
