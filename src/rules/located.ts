/** A YAML value that remembers where it stands: what every definition is read from. */

import type { SourceFile, Span } from './source-file.ts';

export type Located = LocatedScalar | LocatedList | LocatedMap;

interface Place {
  readonly source: SourceFile;
  readonly span: Span;
}

export interface LocatedScalar extends Place {
  readonly type: 'scalar';
  readonly value: string | number | boolean | null;
  /** The value as text; numbers and booleans as they were written. */
  readonly text: string;
  readonly style: 'plain' | 'single' | 'double' | 'block';
  /** It could not be read and was reported: no further problem may come of it. */
  readonly broken?: true;
}

export interface LocatedList extends Place {
  readonly type: 'list';
  readonly items: readonly Located[];
}

export interface LocatedMap extends Place {
  readonly type: 'map';
  readonly entries: ReadonlyMap<string, LocatedEntry>;
}

export interface LocatedEntry {
  readonly key: LocatedScalar;
  readonly value: Located;
}

/** The plain JSON value; maps become objects in file order. */
export function plainValue(located: Located): unknown {
  if (located.type === 'scalar') return located.value;
  if (located.type === 'list') return located.items.map(plainValue);
  const object: Record<string, unknown> = {};
  for (const [key, entry] of located.entries) object[key] = plainValue(entry.value);
  return object;
}
