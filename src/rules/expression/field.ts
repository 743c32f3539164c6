/** Reading a field of an item: own properties only, through lists. */

import { Callable } from './callable.ts';
import type { Run } from './run.ts';
import { Sequence, unwrap } from './sequence.ts';

/** The field of one object; absent for anything that is none. */
export function fieldOf(item: unknown, name: string): unknown {
  if (typeof item !== 'object' || item === null || item instanceof Callable) return undefined;
  return Object.hasOwn(item, name) ? (item as Record<string, unknown>)[name] : undefined;
}

/** The field of an object, or of every object in a list, lists opened. Not unwrapped. */
export function lookUp(run: Run, item: unknown, name: string): unknown {
  if (!Array.isArray(item)) return fieldOf(item, name);
  run.spend(item.length);
  const found = new Sequence();
  for (let i = 0; i < item.length; i++) {
    const value = lookUp(run, item[i], name);
    if (value === undefined) continue;
    if (Array.isArray(value)) for (let k = 0; k < value.length; k++) found.push(value[k]);
    else found.push(value);
  }
  return found;
}

/** The same as a value. */
export function readField(run: Run, item: unknown, name: string): unknown {
  return unwrap(lookUp(run, item, name));
}
