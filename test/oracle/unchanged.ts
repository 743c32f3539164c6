/** Whether all that something reads of an entity is what it was when it was looked at last: then it gives the same. */

import type { Grouped, Rule } from './definition.ts';
import type { Entity } from './entity.ts';
import type { Formula } from './formula.ts';

/** Names that a group feature looks at in those that give; absent when it may look at any. */
export function watchedBy({ by, fields, where, value }: Grouped): readonly string[] | undefined {
  const watched = [where?.watched ?? [], value?.watched ?? []];
  if ((where && !where.watched) || (value && !value.watched)) return undefined;
  return [...by, ...fields, ...watched.flat()];
}

/** Of a rule whose result follows from what it reads alone; absent for those that know more. */
export function readByRule({ reads, shape, every, hold }: Rule): readonly string[] | undefined {
  if (every !== undefined || hold > 0 || shape.is === 'allocate') return undefined;
  if (shape.is === 'pick' && shape.lines.some(({ until }) => until !== undefined)) return undefined;
  return [...reads, 'timezone', 'currency'];
}

export function readByCalc({ watched }: Formula): readonly string[] | undefined {
  return watched;
}

const known = new WeakMap<object, readonly string[] | undefined>();

/** Remembers what it finds, for the next time. */
export function unchanged<What extends object>(
  { seen, values }: Entity,
  what: What,
  namesOf: (what: What) => readonly string[] | undefined,
): boolean {
  if (!known.has(what)) known.set(what, namesOf(what));
  const names = known.get(what);
  if (!names) return false;
  const before = seen.get(what);
  if (!before) {
    seen.set(
      what,
      names.map((name) => values[name]),
    );
    return false;
  }
  let same = true;
  for (let at = 0; at < names.length; at++) {
    const value = values[names[at] as string];
    if (Object.is(before[at], value)) continue;
    before[at] = value;
    same = false;
  }
  return same;
}
